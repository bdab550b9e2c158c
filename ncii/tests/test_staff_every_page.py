"""Every page of the staff's side, for every role: it opens or says no, it keeps to the strict policy,
and who looked is written down."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client

from cases.numbers import issue_token
from cases.services import FileInput, open_case
from hashes.models import Hash
from hashes.publisher import publish
from hashes.services import SignalClaim
from hashes.signal_types import VideoMD5
from matching.models import Kind, MatchReport
from matching.review.services import open_items
from ncii.staff.approvals import ask
from ncii.staff.models import AuditEntry
from ncii.staff.roles import ROLES
from ncii.staff.site import UNREMARKABLE
from ncii.tests.staff import sign_in
from partners.models import FeedbackValue, Partner
from partners.services import make_key, note_position, record_feedback
from partners.webhooks.endpoints import add_endpoint, send_test

pytestmark = pytest.mark.django_db
PAGES_OF_A_ROW = ("change", "history", "delete")


@pytest.fixture
def rows() -> None:
    """Something in every list."""
    kiosk = Partner.objects.create(name="Kiosk")
    make_key(kiosk, label="production")
    endpoint, _ = add_endpoint(kiosk, "https://hooks.example/x")
    send_test(endpoint)
    claim = SignalClaim("VideoMD5", VideoMD5.examples[0], "original")
    open_case(issue_token(), "728193", [FileInput("video", (claim,))])
    publish()
    held = Hash.objects.get()
    at = held.published_at
    assert at is not None
    MatchReport.objects.create(
        partner=kiosk, hash=held, distance=0, matched_at=at, received_at=at, action="none"
    )
    open_items(kiosk, [held.pk], Kind.DISPUTE)
    record_feedback(kiosk, held, FeedbackValue.BLOCKED)
    note_position(kiosk, "native", passed=0, served=1)
    lead = User.objects.create_superuser("lead")
    ask(lead, "purge", subject="x", payload={"first": 1, "last": 1}, reason="x")


def _addresses() -> Iterator[str]:
    """Every page that the site has: its own, each list, and of each list's newest row each page."""
    for page in admin.site.pages:  # type: ignore[attr-defined]
        yield f"/staff/{page.route}"
    yield from ("/staff/", "/staff/passkeys/", "/staff/password_change/")
    yield from (f"/staff/staff/approval/ask/{name}/" for name in ("purge", "export", "key"))
    for model in admin.site._registry:
        base = f"/staff/{model._meta.app_label}/{model._meta.model_name}/"
        yield from (base, f"{base}add/", f"{base}?q=x")
        row = model._default_manager.order_by("-pk").first()
        if row is not None:
            number = getattr(row, "seq", None) or row.pk
            yield from (f"{base}{number}/{page}/" for page in PAGES_OF_A_ROW)


class Faults(HTMLParser):
    """What a policy without 'unsafe-inline' refuses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note inline styles and scripts, and what is loaded from elsewhere."""
        given = dict(attrs)
        data = given.get("type") in ("application/json", "text/template")
        if tag == "style" or (tag == "script" and "src" not in given and not data):
            self.found.append(f"<{tag}>")
        self.found += [f"{tag} {name}" for name in given if name == "style" or name[:2] == "on"]
        for name in ("src", "href", "action"):
            if tag == "a" and not (given.get(name) or "").startswith("javascript:"):
                continue
            if re.match(r"(https?:)?//|javascript:", given.get(name) or ""):
                self.found.append(f"{tag} {given[name]}")


@pytest.mark.parametrize("role", [*ROLES, "superuser"])
def test_every_page_opens_or_says_no_within_the_policy(rows: None, role: str) -> None:
    user = User.objects.create_user("ada", is_staff=True, is_superuser=role == "superuser")
    if role in ROLES:
        user.groups.add(Group.objects.get(name=role))
    client = Client()
    sign_in(client, user)
    opened = set()
    for address in list(_addresses()):
        answer = client.get(address)
        assert answer.status_code in (200, 302, 403), address
        if answer.status_code != 200:
            continue
        opened.add(address)
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy, address
        assert "no-store" in answer["Cache-Control"], address
        assert not Faults(answer.content.decode()).found, address
        looked = AuditEntry.objects.filter(who="ada", act="looked").count()
        name = answer.resolver_match.url_name
        assert name in UNREMARKABLE or looked, address

    lists = {a for a in opened if a.count("/") == 4 and not a.endswith("add/")}
    written = set(
        AuditEntry.objects.filter(who="ada", act="looked").values_list("subject", flat=True)
    )
    for address in lists - {a for a in lists if "?" in a}:
        _, _, app, model, _ = address.split("/")
        assert f"{app}_{model}_changelist" in written
    assert len(opened) > 15


def test_nothing_can_be_deleted_by_anybody_but_entries_of_the_directories(rows: None) -> None:
    chief = User.objects.create_superuser("chief")
    client = Client()
    sign_in(client, chief)

    may = set()
    for model in admin.site._registry:
        row = model._default_manager.order_by("-pk").first()
        if row is None:
            continue
        number = getattr(row, "seq", None) or row.pk
        path = f"/staff/{model._meta.app_label}/{model._meta.model_name}/{number}/delete/"
        if client.get(path).status_code == 200:
            may.add(model._meta.label)

    assert may <= {"cases.Platform", "cases.SupportService"}
