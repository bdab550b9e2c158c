"""Staff come in for the first time, and look at every page: Chromium, axe-core, phone and desk."""

import re
from base64 import b32decode
from collections.abc import Iterator
from typing import Literal

import pytest
from django.contrib import admin
from django_otp.oath import totp
from playwright.sync_api import Browser, Page, ViewportSize, expect

from ncii.tests.access import AXE, DESK, PHONE, STANDARDS, overflow
from ncii.tests.stack import Stack
from ncii.tests.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.stateless]

RECOVERY_CODES = 10
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
Hash.objects.filter(value=gone.value).update(published_at=now - timedelta(days=2))
"""


def test_every_list_is_looked_at() -> None:
    lists = {f"{m._meta.app_label}/{m._meta.model_name}/" for m in admin.site._registry}

    assert lists <= set(PAGES)


@pytest.fixture(scope="module")
def login(stack: Stack) -> dict[str, str]:
    stack.manage("shell", "-c", ROWS)
    return _login_of(stack, "journey")


def _login_of(stack: Stack, name: str) -> dict[str, str]:
    lines = stack.manage("make_staff", "--username", name, "--random").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


@pytest.fixture(scope="module")
def codes() -> list[str]:
    """The recovery codes, once somebody has enrolled."""
    return []


@pytest.fixture
def open_page(browser: Browser, stack: Stack, watch: Watch) -> Iterator[object]:
    contexts = []

    def make(size: ViewportSize, scheme: Literal["light", "dark"]) -> Page:
        context = browser.new_context(base_url=stack.url, viewport=size, color_scheme=scheme)
        context.set_default_timeout(30_000)
        watch.attach(context)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    watch.check()


def faults(page: Page) -> list[str]:
    """What axe-core finds, one line each.

    Without its preloading: where a style sheet imports another, as Django's do, axe copies it into a
    <style>, which our policy refuses, and the watch would take that for a fault of the page.
    """
    page.wait_for_load_state()
    page.evaluate(AXE.read_text())
    options = {"runOnly": {"type": "tag", "values": STANDARDS}, "preload": False}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{page.url}: {violation['id']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _give_password(page: Page, login: dict[str, str]) -> None:
    page.goto("/staff/")
    page.get_by_label("Username").fill(login["username"])
    page.get_by_label("Password").fill(login["password"])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Password")).to_have_count(0)


def _give_code(page: Page, code: str) -> None:
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Go on").click()


def _enrol(page: Page, login: dict[str, str], codes: list[str]) -> None:
    """Give the enrolment code, then set the authenticator up; add the recovery codes to `codes`."""
    _give_code(page, login["enrolment"])
    expect(page.get_by_role("heading", name="Set up your authenticator")).to_be_visible()
    assert not faults(page)
    key = page.locator("code").inner_text().replace(" ", "")
    _give_code(page, f"{totp(b32decode(key)):06d}")
    shown = page.locator(".codes code")
    expect(shown).to_have_count(RECOVERY_CODES)
    codes += shown.all_inner_texts()


def _come_in(page: Page, login: dict[str, str], codes: list[str]) -> list[str]:
    """Log in, enrolling if nobody has; return what axe finds on the way."""
    page.goto("/staff/")
    found = faults(page)
    _give_password(page, login)
    expect(page.get_by_role("textbox", name="Code")).to_be_visible()
    found += faults(page)
    if not codes:
        _enrol(page, login, codes)
        found += faults(page)
        page.get_by_role("link", name="I have kept them").click()
    else:
        _give_code(page, codes.pop())
    expect(page).to_have_url(re.compile("/staff/$"))
    return found


@pytest.mark.parametrize(
    ("size", "scheme"), [(DESK, "light"), (PHONE, "light"), (DESK, "dark"), (PHONE, "dark")]
)
def test_every_page_for_every_member_of_staff(
    open_page, login: dict[str, str], codes: list[str], size: ViewportSize, scheme: str
) -> None:
    page = open_page(size, scheme)
    found = _come_in(page, login, codes)
    for path in PAGES:
        answer = page.goto(f"/staff/{path}")
        assert answer is not None
        assert answer.status == 200
        assert page.url.endswith(f"/staff/{path}")
        found += faults(page)
        assert overflow(page) <= 0, path
    for path in LISTS_WITH_ROWS:
        page.goto(f"/staff/{path}/")
        page.locator("#result_list tbody th a").first.click()
        expect(page).to_have_url(re.compile("/change/"))
        found += faults(page)
        assert overflow(page) <= 0, path
        page.goto(page.url.split("?")[0].replace("/change/", "/history/"))
        found += faults(page)
        assert overflow(page) <= 0, path
    page.goto("/staff/cases/platform/")
    page.locator("#result_list tbody th a").first.click()
    page.goto(page.url.split("?")[0].replace("/change/", "/delete/"))
    found += faults(page)
    assert overflow(page) <= 0

    assert not found, "\n".join(found)


def test_a_key_is_asked_for_approved_seen_and_revoked(
    open_page, stack: Stack, login: dict[str, str], codes: list[str]
) -> None:
    page = open_page(DESK, "light")
    _come_in(page, login, codes)
    page.goto("/staff/partners/apikey/add/")
    page.get_by_label("Partner").select_option("Kiosk of the staff journey")
    page.get_by_label("Label").fill("made by hand")
    page.get_by_label("Reason").fill("It joins today.")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("Somebody else has to answer.").first).to_be_visible()
    assert not faults(page)
    asked = page.url

    second = open_page(PHONE, "dark")
    _come_in(second, _login_of(stack, "second"), [])
    second.goto(asked)
    assert not faults(second)
    assert overflow(second) <= 0
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
