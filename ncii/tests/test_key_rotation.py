"""Each secret is rotated as docs/operations.md says: what was made before goes on, what is retired stops."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import signing
from django.db import connection
from pytest_django import Settings

from cases.numbers import issue_token, number_for
from ncii.env import KEYRINGS, new_secret
from partners.models import ApiKey, WebhookEndpoint
from partners.tests.api_helpers import Platform, claim, video
from partners.webhooks.endpoints import add_endpoint

pytestmark = pytest.mark.django_db
RUNBOOK = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
CHANGES = "/api/v1/hashes/changes"
Rotate = Callable[..., None]


@pytest.fixture
def rotate(settings: Settings) -> Rotate:
    """Put a new key first; with `retire`, take the old ones away."""

    def put(name: str, *, retire: bool = False) -> None:
        old = getattr(settings, name)
        setattr(settings, name, new_secret(keyring=True) + ("" if retire else f",{old}"))

    return put


def test_the_runbook_says_of_each_secret_when_the_old_one_may_go() -> None:
    section = RUNBOOK.read_text().split("## Rotate a key")[1].split("\n## ")[0]
    told = set(
        re.findall(r"`([A-Z_]+(?:KEYS|KEY))`", "\n".join(re.findall(r"^\| .*", section, re.M)))
    )
    assert {*KEYRINGS, "SECRET_KEY"} <= told


def test_a_partners_key_goes_on_under_the_old_key_until_that_is_retired(rotate: Rotate) -> None:
    platform = Platform()
    before = ApiKey.objects.get().digest_key_id
    rotate("API_KEY_KEYS")
    assert platform.get(CHANGES).status_code == 200
    assert Platform().row.digest_key_id != before
    rotate("API_KEY_KEYS", retire=True)
    assert platform.get(CHANGES).status_code == 401


def test_a_webhook_secret_is_read_under_the_old_key(rotate: Rotate) -> None:
    endpoint, _ = add_endpoint(Platform().partner, "https://hooks.example/bell", [], sandbox=False)
    secret = endpoint.secret
    rotate("FIELD_KEYS")
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM partners_webhookendpoint")
        (column,) = cursor.fetchone()
    assert secret.startswith("whsec_")
    assert secret not in column
    assert secret.removeprefix("whsec_") not in column
    assert WebhookEndpoint.objects.get(pk=endpoint.pk).secret == secret


def test_a_cursor_and_a_form_go_on_while_the_old_secret_is_a_fallback(settings: Settings) -> None:
    platform, token = Platform(), issue_token()
    claim(video())
    cursor, number = platform.changes()["next"], number_for(token)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = new_secret(keyring=False)
    assert platform.changes(after=cursor)["changes"] == []
    assert number_for(token) == number
    settings.SECRET_KEY_FALLBACKS = []
    assert platform.get(CHANGES, {"after": cursor}).status_code == 400
    with pytest.raises(signing.BadSignature):
        number_for(token)


def test_pseudonym_keys_are_never_rotated_because_every_hash_would_have_another_name(
    rotate: Rotate,
) -> None:
    platform, given = Platform(), video()
    claim(given)
    before = platform.name_of(given.value)
    rotate("PSEUDONYM_KEYS")
    assert platform.name_of(given.value) != before
