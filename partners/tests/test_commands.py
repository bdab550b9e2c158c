"""The commands that let a partner in."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from ncii.lib.keyring import KeyringError
from partners.keys import opens
from partners.models import ApiKey, Partner, WebhookEndpoint

pytestmark = pytest.mark.django_db


def printed(*arguments: str) -> dict[str, str]:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return dict(line.split("=", 1) for line in out.getvalue().splitlines())


def test_a_partner_is_made_once() -> None:
    assert printed("make_partner", "Tube & Co") == {"partner": "Tube & Co"}
    printed("make_partner", "Tube & Co")
    assert Partner.objects.count() == 1


def test_a_key_opens_and_is_stored_as_a_digest() -> None:
    printed("make_partner", "Tube")
    key = printed("make_key", "Tube", "--scopes", "feed", "report", "--expires", "30")["key"]
    row = ApiKey.objects.get()
    assert opens(key, row.digest, row.digest_key_id)
    assert row.scopes == ["feed", "report"]
    assert row.expires_at is not None
    assert (row.expires_at - row.created_at).days in (29, 30)


def test_an_endpoint_is_registered_with_its_secret() -> None:
    printed("make_partner", "Tube")
    made = printed("make_endpoint", "Tube", "https://hooks.example/x", "--events", "webhook.test")
    row = WebhookEndpoint.objects.get(pk=made["endpoint"])
    assert (row.url, row.secret, row.events) == (
        "https://hooks.example/x",
        made["secret"],
        ["webhook.test"],
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("make_key", "Nobody"),
        ("make_endpoint", "Nobody", "https://hooks.example/"),
        ("make_endpoint", "Tube", "https://10.0.0.1/"),
        ("make_endpoint", "Tube", "https://hooks.example:8443/"),
        ("make_key", "Tube", "--scopes", "everything"),
        ("make_key", "Tube", "--expires", "0"),
        ("make_key", "Tube", "--expires", "99999999999"),
        ("make_key", "Tube", "--label", "one\nkey=two"),
        ("make_key", "Tube", "--label", "x" * 81),
        ("make_key", "\udcff"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_no_trace(arguments: tuple[str, ...]) -> None:
    Partner.objects.create(name="Tube")
    with pytest.raises(CommandError):
        printed(*arguments)
    assert not ApiKey.objects.exists()
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    "name", ["", "  ", "x" * 81, "Tube\npartner=Other", "\udcff", "\u202eebuT", "ncii hash bank"]
)
def test_a_name_that_can_not_be_read_or_is_ours_makes_no_partner(name: str) -> None:
    with pytest.raises(CommandError):
        printed("make_partner", name)
    assert not Partner.objects.exists()


@pytest.mark.parametrize("name", ["Ünï 平台 🎉", "می\u200cخواهم"])
def test_names_of_all_languages_are_taken(name: str) -> None:
    assert printed("make_partner", name) == {"partner": name}


def test_a_key_that_the_audit_can_not_note_is_not_made(settings: Settings) -> None:
    printed("make_partner", "Tube")
    settings.FIELD_KEYS = ""
    with pytest.raises(KeyringError):
        printed("make_key", "Tube")
    assert not ApiKey.objects.exists()
