"""/metrics tells how the bank does, to who has the token, and names nobody."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cases.numbers import issue_token
from cases.services import FileInput, open_case
from hashes.models import Hash
from hashes.publisher import publish
from hashes.services import SignalClaim
from hashes.signal_types import VideoMD5
from matching.index import files
from matching.models import Kind, ReviewItem
from ncii.tests.production import production_environment, run
from partners.models import Partner
from partners.services import note_position
from partners.webhooks.endpoints import add_endpoint, send_test

pytestmark = pytest.mark.django_db
TOKEN = "t" * 32


def _ask(client: Client, token: str = TOKEN) -> str:
    answer = client.get("/metrics", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return answer.content.decode()


@pytest.fixture(autouse=True)
def _door(settings: pytest.FixtureRequest) -> None:
    settings.METRICS_TOKEN = TOKEN  # type: ignore[attr-defined]


def _values(text: str) -> dict[str, int]:
    return {name: int(value) for name, value in re.findall(r"^(ncii_\w+) (-?\d+)$", text, re.M)}


def test_the_figures_are_those_of_the_bank(client: Client) -> None:
    claim = SignalClaim("VideoMD5", VideoMD5.examples[0], "original")
    open_case(issue_token(), "728193", [FileInput("video", (claim,))])
    publish()
    kiosk = Partner.objects.create(name="Kiosk")
    note_position(kiosk, "native", passed=0, served=0)
    endpoint, _ = add_endpoint(kiosk, "https://hooks.example/x")
    delivery = send_test(endpoint)
    delivery.created_at -= timedelta(hours=2)
    delivery.save()
    ReviewItem.objects.create(
        partner=kiosk,
        hash=Hash.objects.get(),
        kind=Kind.MATCH,
        opened_at=timezone.now() - timedelta(hours=50),
    )

    values = _values(_ask(client))

    assert values["ncii_feed_head"] == values["ncii_feed_lag_max"] == 1
    assert values["ncii_feed_readers_behind"] == values["ncii_deliveries_due"] == 1
    assert values["ncii_delivery_oldest_seconds"] >= 7200
    assert values["ncii_reviews_open"] == values["ncii_endpoints_active"] == 1
    assert values["ncii_review_oldest_seconds"] >= 50 * 3600
    assert values["ncii_index_healthy"] == 1
    assert values["ncii_cases_opened_yesterday"] == values["ncii_tombstones_overdue"] == 0


def test_every_line_is_one_that_prometheus_reads(client: Client) -> None:
    lines = _ask(client).splitlines()

    assert len(lines) % 3 == 0
    for helps, kind, value in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        name = value.split()[0]
        assert re.fullmatch(rf"# HELP {name} [^\\]+", helps)
        assert kind == f"# TYPE {name} gauge"
        assert re.fullmatch(r"ncii_[a-z_]+ -?\d+", value)


@pytest.mark.parametrize("token", ["", "x", TOKEN + "t", TOKEN[:-1], "é"])
def test_without_the_token_there_is_nothing(client: Client, token: str) -> None:
    answer = client.get("/metrics", headers={"authorization": f"Bearer {token}"})

    assert answer.status_code == 404


def test_without_a_token_set_nobody_reads(client: Client, settings: pytest.FixtureRequest) -> None:
    settings.METRICS_TOKEN = ""  # type: ignore[attr-defined]

    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_no_platform_is_named(client: Client) -> None:
    Partner.objects.create(name="Kiosk")

    assert "Kiosk" not in _ask(client)


def test_ready_when_the_database_is_as_new_as_the_code(client: Client) -> None:
    assert client.get("/readyz").json() == {"status": "ready", "index": "well"}


def test_an_ill_index_is_told_everywhere_and_takes_no_node_away(client: Client) -> None:
    folder = files.default_folder()
    folder.mkdir(exist_ok=True)
    files.note_failure(folder, "OSError: No space left on device")
    try:
        answer = client.get("/readyz")
        values = _values(_ask(client))
    finally:
        files.note_failure(folder, "")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "index": "ill"})
    assert values["ncii_index_healthy"] == 0


def test_not_ready_while_a_migration_is_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'staff'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["migrations"] > 0


@pytest.mark.stateless
def test_production_refuses_a_short_token(tmp_path) -> None:
    env = production_environment(tmp_path) | {"METRICS_TOKEN": "short"}

    assert "ncii.E070" in run(["manage.py", "check"], env).stderr
