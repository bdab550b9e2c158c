"""Staff come in for the first time, and look at every page: Chromium, axe-core, phone and desk."""

import re

import pytest
from django.contrib import admin
from playwright.sync_api import Page, expect

from ncii.tests.access import DESK, PHONE
from ncii.tests.stack import Stack
from ncii.tests.staff_browser import OpenPage, come_in, faults, faults_of_every_look, login_of

pytestmark = [pytest.mark.e2e, pytest.mark.stateless]

PAGES = (
    "",
    "figures/",
    "figures/?days=365",
    "index/",
    "withdrawals/",
    "partners/partner/",
    "partners/partner/add/",
    "partners/apikey/",
    "partners/webhookendpoint/",
    "partners/webhookendpoint/add/",
    "partners/delivery/",
    "partners/feedback/",
    "matching/matchreport/",
    "matching/reviewitem/",
    "matching/harmlesshash/",
    "staff/approval/ask/harmless/",
    "hashes/hash/",
    "hashes/change/",
    "cases/platform/",
    "cases/platform/add/",
    "cases/supportservice/",
    "cases/supportservice/add/",
    "auth/user/",
    "auth/user/add/",
    "staff/auditentry/",
    "staff/approval/",
    "staff/approval/ask/key/",
    "staff/approval/ask/purge/",
    "staff/approval/ask/export/",
    "password_change/",
    "second-factor/",
    "passkeys/",
)
LISTS_WITH_ROWS = (
    "cases/platform",
    "cases/supportservice",
    "partners/partner",
    "partners/apikey",
    "partners/webhookendpoint",
    "partners/delivery",
    "partners/feedback",
    "matching/matchreport",
    "matching/reviewitem",
    "hashes/hash",
    "auth/user",
    "staff/auditentry",
)
ROWS = """
import secrets
from datetime import timedelta
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from cases.numbers import issue_token
from cases.services import FileInput, open_case
from hashes.models import Hash
from hashes.publisher import publish
from hashes.services import SignalClaim, make_claims, withdraw_claims
from ncii.lib.days import today
from matching.models import Kind, MatchReport
from matching.review.services import open_items
from partners.models import Attempt, FeedbackValue, Partner
from partners.services import make_key, note_position, record_feedback
from partners.webhooks.endpoints import add_endpoint, send_test
from partners.webhooks.recording import disable

kiosk = Partner.objects.create(name="Kiosk of the staff journey")
make_key(kiosk, label="production")
endpoint, _ = add_endpoint(kiosk, "http://127.0.0.1:9/hook")
delivery = send_test(endpoint)
disable(endpoint, "Nobody listens.")
Attempt.objects.create(delivery=delivery, status=503, outcome="refused", milliseconds=8, answer="no")
claim = SignalClaim("VideoMD5", secrets.token_hex(16), "original")
open_case(issue_token(), "728193", [FileInput("video", (claim,))])
publish()
held = Hash.objects.get(value=claim.value)
now = timezone.now()
MatchReport.objects.create(
    partner=kiosk, hash=held, distance=0, matched_at=now, received_at=now, action="review"
)
open_items(kiosk, [held.pk], Kind.DISPUTE)
record_feedback(kiosk, held, FeedbackValue.PENDING_REVIEW)
record_feedback(kiosk, held, FeedbackValue.BLOCKED)
note_position(kiosk, "native", passed=0, served=1)
gone = SignalClaim("VideoMD5", secrets.token_hex(16), "original")
with transaction.atomic():
    claims = make_claims([gone], source="case", on=today())
publish()
with transaction.atomic():
    withdraw_claims(claims, on=today())
publish()
# All of them: times of publication never fall along the feed, and others read it after this.
Hash.objects.filter(seq__isnull=False).update(published_at=F("published_at") - timedelta(days=2))
"""


def test_every_list_is_looked_at() -> None:
    lists = {f"{m._meta.app_label}/{m._meta.model_name}/" for m in admin.site._registry}

    assert lists <= set(PAGES)


@pytest.fixture(scope="module")
def rows(stack: Stack) -> None:
    """Something in every list."""
    stack.manage("shell", "-c", ROWS)


def _look_at_a_row(page: Page, path: str) -> list[str]:
    """Look at the first row of a list, and at its history."""
    page.goto(f"/staff/{path}/")
    page.locator("#result_list tbody th a").first.click()
    expect(page).to_have_url(re.compile("/change/"))
    found = faults_of_every_look(page)
    page.goto(page.url.split("?")[0].replace("/change/", "/history/"))
    return found + faults_of_every_look(page)


@pytest.mark.usefixtures("rows")
def test_every_page_for_every_member_of_staff(open_page: OpenPage, stack: Stack) -> None:
    page = open_page(DESK, "light")
    come_in(page, login_of(stack, "journey"))
    found = []
    for path in PAGES:
        answer = page.goto(f"/staff/{path}")
        assert answer is not None
        assert answer.status == 200
        assert page.url.endswith(f"/staff/{path}")
        found += faults_of_every_look(page)
    for path in LISTS_WITH_ROWS:
        found += _look_at_a_row(page, path)
    page.goto("/staff/cases/platform/")
    page.locator("#result_list tbody th a").first.click()
    page.goto(page.url.split("?")[0].replace("/change/", "/delete/"))
    found += faults_of_every_look(page)

    assert not found, "\n".join(found)


@pytest.mark.usefixtures("rows")
def test_a_key_is_asked_for_approved_seen_and_revoked(open_page: OpenPage, stack: Stack) -> None:
    page = open_page(DESK, "light")
    come_in(page, login_of(stack, "first"))
    page.goto("/staff/partners/apikey/add/")
    page.get_by_label("Partner").select_option("Kiosk of the staff journey")
    page.get_by_label("Label").fill("made by hand")
    page.get_by_label("Reason").fill("It joins today.")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("Somebody else has to answer.").first).to_be_visible()
    assert not faults(page)
    asked = page.url

    second = open_page(PHONE, "dark")
    login = login_of(stack, "second")
    code = come_in(second, login).pop()
    second.get_by_role("button", name="Log out").click()
    come_in(second, login, code)
    second.goto(asked)
    assert not faults_of_every_look(second)
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_text("Approved.", exact=True)).to_be_visible()
    page.goto(asked)
    page.get_by_role("button", name="Do it now").click()

    key = page.locator("#secret").inner_text()
    assert key.startswith("nhb_")
    assert not faults(page)
    page.get_by_role("link", name="I have kept it").click()
    assert key not in page.content()

    page.get_by_role("row", name="made by hand").get_by_role("link").click()
    page.get_by_role("link", name="Revoke this key").click()
    assert not faults(page)
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Revoked: 1.")).to_be_visible()
    expect(page.get_by_role("row", name="made by hand")).to_contain_text("revoked")
