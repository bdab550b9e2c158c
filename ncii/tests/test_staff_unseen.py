"""What one member of staff types and another reads holds nothing unseen, and turns nothing round."""

import pytest
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.utils import timezone

from hashes.models import Hash
from matching.models import Kind, ReviewEntry, ReviewItem
from ncii.lib.text import is_line, is_text
from ncii.staff.approvals import ask
from ncii.staff.models import Approval, ApprovalState
from partners.models import BANK, ApiKey, Partner, Scope
from partners.services import make_key

pytestmark = pytest.mark.django_db
# A null byte, an escape, a line, an override and an isolate of direction, a space of no width, a tag,
# a hyphen that hides.
UNSEEN = ["\0", "\x1b", "\u2028", "\u202e", "\u2067", "\u200b", "\U000e0041", "\u00ad"]
HASH = "f" * 32
TABLES: tuple[type[models.Model], ...] = (Partner, ApiKey, Approval, ReviewEntry)
ROOM = "/staff/staff/approval"
NO_ENTRIES = {"entries-TOTAL_FORMS": "0", "entries-INITIAL_FORMS": "0"}
NO_POSITIONS = {"positions-TOTAL_FORMS": "0", "positions-INITIAL_FORMS": "0"}


def _stored() -> list[list[dict[str, object]]]:
    return [list(table._default_manager.order_by("pk").values()) for table in TABLES]


@pytest.fixture
def asked() -> Approval:
    bob = User.objects.create_superuser("bob")
    return ask(bob, "export", subject="the bank", payload={"signal": ""}, reason="A move.")


@pytest.fixture
def rows(asked: Approval) -> dict[str, int]:
    """Make what can be written on; return its numbers."""
    partner = Partner.objects.create(name="Kiosk")
    key, _ = make_key(partner, scopes=[Scope.FEED], label="old")
    held = Hash.objects.create(signal="VideoMD5", value=HASH, seq=1)
    item = ReviewItem.objects.create(
        partner=partner, hash=held, kind=Kind.MATCH, opened_at=timezone.now()
    )
    return {"partner": partner.pk, "key": key.pk, "item": item.pk, "asked": asked.pk}


# Where {text} goes.
FORMS = {
    "a partner's name": ("/staff/partners/partner/add/", {"name": "{text}", "active": "on"}),
    "a key's label": ("/staff/partners/apikey/{key}/change/", {"label": "{text}"}),
    "a new key's label": (
        f"{ROOM}/ask/key/",
        {"partner": "{partner}", "scopes": "feed", "label": "{text}", "reason": "A move."},
    ),
    "a picture's label": (
        f"{ROOM}/ask/harmless/",
        {"change": "add", "label": "{text}", "values": "e" * 32, "reason": "A flag."},
    ),
    "a reason": (f"{ROOM}/ask/export/", {"signal": "", "reason": "{text}"}),
    "an answer": (f"{ROOM}/{{asked}}/decide/", {"answer": "{text}"}),
    "a note": (
        "/staff/matching/reviewitem/{item}/change/",
        {"step": "note", "reason": "{text}", **NO_ENTRIES},
    ),
}


@pytest.mark.parametrize("unseen", UNSEEN)
@pytest.mark.parametrize("what", FORMS)
def test_nothing_unseen_is_taken(
    admin_client: Client, rows: dict[str, int], what: str, unseen: str
) -> None:
    path, form = FORMS[what]

    def send(text: str) -> int:
        sent = {name: value.format(text=text, **rows) for name, value in form.items()}
        return admin_client.post(path.format(**rows), sent).status_code

    before = _stored()
    assert send(f"Ab{unseen}c") < 400
    assert _stored() == before
    send("Abc")
    assert _stored() != before


@pytest.mark.parametrize(
    "name", ["kiosk", "\uff2b\uff49\uff4f\uff53\uff4b", "KIOSK ", BANK.upper()]
)
def test_no_partner_s_name_reads_as_another_s(admin_client: Client, name: str) -> None:
    kiosk = Partner.objects.create(name="Kiosk")

    admin_client.post("/staff/partners/partner/add/", {"name": name})

    assert Partner.objects.get() == kiosk


def test_a_partner_s_own_name_can_be_spelt_otherwise(admin_client: Client) -> None:
    kiosk = Partner.objects.create(name="Kiosk")

    form = {"name": "KIOSK", "active": "on", **NO_POSITIONS}
    admin_client.post(f"/staff/partners/partner/{kiosk.pk}/change/", form)

    assert Partner.objects.get().name == "KIOSK"


def test_an_answer_that_is_refused_leaves_the_request_open(
    admin_client: Client, asked: Approval
) -> None:
    path = f"{ROOM}/{asked.pk}/decide/"

    page = admin_client.post(path, {"answer": "\0"}, follow=True).content.decode()

    assert "Use characters that can be seen." in page
    asked.refresh_from_db()
    assert asked.state == ApprovalState.PENDING


@pytest.mark.parametrize(
    "text",
    ["ਕਿਓਸਕ", "کتاب\u200cخانه", "क्\u200dष", "Café 24/7", "日本語", "👩\u200d💻"],
)
def test_every_script_is_a_line(text: str) -> None:
    assert is_line(text)


def test_spaces_of_every_width_and_lines_are_text() -> None:
    assert is_text("Pourquoi\u00a0:\u202f« non »\r\n\tdeuxième ligne")
    assert not is_line("a\nb")
