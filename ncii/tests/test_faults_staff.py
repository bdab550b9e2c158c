"""Whatever is away, staff are answered or told to come back, and a decision is made whole or not.

The parts of `test_faults`, killed under somebody who takes from the review queue, decides, and is
writing notes at the very moment.
"""

import html
import re
import secrets
import threading
from base64 import b32decode
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from django_otp.oath import totp

from ncii.tests.chaos.product import Product
from ncii.tests.fault_tools import FAULTS, ask_database, running, without
from ncii.tests.small_disks import Cramped, cramped
from ncii.tests.staff_browser import login_of
from ncii.tests.waiting import wait_until

__all__ = ["cramped", "running"]
pytestmark = [pytest.mark.e2e, pytest.mark.stateless]
QUEUE = "/staff/matching/reviewitem/"
NAME = "ann"
HISTORY = {f"entries-{each}_FORMS": "0" for each in ("TOTAL", "INITIAL", "MAX_NUM")}
REPORT = """
from django.utils import timezone
from cases.numbers import issue_token
from cases.services import FileInput, open_case
from hashes.models import Hash
from hashes.publisher import publish
from hashes.services import SignalClaim
from matching.models import Action
from matching.services import Match, report_match
from partners.models import Partner
partner, _ = Partner.objects.get_or_create(name="Kiosk")
for value in "{values}".split():
    claim = SignalClaim("VideoMD5", value, "original")
    open_case(issue_token(), "482915", [FileInput("video", (claim,))])
    found = Match(0, timezone.now(), Action.REVIEW)
    report_match(partner, Hash.objects.get(value=value), found)
publish()
"""


@dataclass
class Answer:
    """Status 0: nothing listens. `goes_to`: the path of a redirect."""

    status: int
    headers: Any = field(default_factory=dict)
    text: str = ""

    @property
    def goes_to(self) -> str:
        return str(self.headers.get("Location", "")) if self.status == 302 else ""


class Reviewer:
    """A member of staff who is in: a session, and the token of the form that is open."""

    def __init__(self, origin: str) -> None:
        self.origin, self.token = origin, ""
        self.session = requests.Session()
        self.session.headers["Referer"] = f"{origin}/staff/"

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        data = None if form is None else form | {"csrfmiddlewaretoken": self.token}
        try:
            got = self.session.request(
                method, self.origin + path, data=data, allow_redirects=False, timeout=60
            )
        except requests.RequestException:
            return Answer(0)
        return Answer(got.status_code, got.headers, got.text)

    def read(self, path: str) -> Answer:
        answer = self.ask("GET", path)
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.text)
        self.token = html.unescape(found[1]) if found else self.token
        return answer

    def send(self, path: str, **form: str) -> Answer:
        return self.ask("POST", path, form)

    def take(self) -> Answer:
        return self.send(f"{QUEUE}next/")

    def step(self, item: int, step: str, reason: str) -> Answer:
        return self.send(change(item), step=step, reason=reason, **HISTORY)

    def twin(self) -> "Reviewer":
        """Return another window of the same session, with the same form open."""
        other = Reviewer(self.origin)
        other.session.cookies.update(self.session.cookies)
        other.token = self.token
        return other


def change(item: int) -> str:
    return f"{QUEUE}{item}/change/"


def come_in(stack: Product) -> Reviewer:
    """Come in as staff do the first time: password, enrolment code, authenticator."""
    login, reviewer = login_of(stack, NAME), Reviewer(stack.url)
    reviewer.read("/staff/login/")
    went = reviewer.send("/staff/login/", username=NAME, password=login["password"], next="/staff/")
    assert went.status == 302, went
    reviewer.read("/staff/enrol/")
    assert reviewer.send("/staff/enrol/", code=login["enrolment"]).status == 302
    key = re.search("<code>([^<]+)</code>", reviewer.read("/staff/enrol/").text)
    assert key
    code = totp(b32decode(key[1].replace(" ", "")))
    assert "Your recovery codes" in reviewer.send("/staff/enrol/", code=f"{code:06d}").text
    assert reviewer.read(QUEUE).status == 200
    return reviewer


@pytest.fixture(scope="module")
def ann(running: Product) -> Reviewer:
    return come_in(running)


def item_of(stack: Product, value: str) -> int:
    question = """SELECT item.id FROM matching_reviewitem item
        JOIN hashes_hash hash ON hash.id = item.hash_id WHERE hash.value = %s"""
    ((found,),) = ask_database(stack, question, value)
    return int(found)


def state(stack: Product, item: int) -> tuple[str, str]:
    """Return who has the item on lease, and what is decided of it."""
    question = """SELECT coalesce(who.username, ''), item.decision FROM matching_reviewitem item
        LEFT JOIN auth_user who ON who.id = item.leased_by_id WHERE item.id = %s"""
    ((who, decision),) = ask_database(stack, question, item)
    return who, decision


def history(stack: Product, item: int, step: str) -> list[str]:
    question = "SELECT text FROM matching_reviewentry WHERE item_id = %s AND step = %s"
    return sorted(text for (text,) in ask_database(stack, question, item, step))


def audited(stack: Product, step: str, word: str) -> list[str]:
    """Return the details of the audit's entries of that step that end in what has the word."""
    question = """SELECT detail FROM staff_auditentry
        WHERE who = %s AND act = %s AND detail LIKE %s"""
    found = ask_database(stack, question, NAME, f"review.{step}", f"%{word}%")
    return sorted(detail for (detail,) in found)


def right_or_later(answer: Answer, parts: list[str], goes_to: str = "") -> bool:
    """Return whether it was carried out; if not, the person must have been told to come back."""
    if "web" in parts:
        assert answer.status == 0
        return False
    if answer.status in (200, 302):
        assert "database" not in parts
        assert answer.goes_to == goes_to
        return True
    assert answer.status == 503, answer
    assert int(answer.headers["Retry-After"]) > 0
    assert "Something went wrong on our side" in answer.text
    return False


@contextmanager
def writing_notes(reviewer: Reviewer, item: int, word: str) -> Iterator[list[str]]:
    """Write note after note until the end, whatever comes; yield those that were acknowledged."""
    enough = threading.Event()
    kept: list[str] = []
    twin = reviewer.twin()

    def write() -> None:
        number = 0
        while not enough.wait(0.05):
            number += 1
            text = f"{word} {number}"
            if twin.step(item, "note", text).goes_to == QUEUE:
                kept.append(text)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait_until(lambda: len(kept) > 0, "a first note")
        yield kept
        before = len(kept)
        wait_until(lambda: len(kept) > before, "a note after the fault")
    finally:
        enough.set()
        writer.join()


def decided_once(stack: Product, item: int, decision: str, reason: str) -> None:
    assert state(stack, item) == ("", decision)
    assert history(stack, item, "decided") == [reason]
    assert audited(stack, "decided", reason) == [f"{decision} {reason}"]


def seen(stack: Product, value: str) -> str:
    """Return the state of the hash that partners see."""
    question = "SELECT published_state FROM hashes_hash WHERE value = %s"
    ((found,),) = ask_database(stack, question, value)
    return str(found)


@pytest.mark.parametrize("fault", FAULTS)
def test_an_item_is_taken_and_decided_through_it(
    running: Product, ann: Reviewer, fault: str
) -> None:
    takes_and_decides(running, ann, without(running, FAULTS[fault]), FAULTS[fault])


def test_an_item_is_taken_and_decided_through_a_full_disk(cramped: Cramped) -> None:
    ann = come_in(cramped.stack)
    decided = takes_and_decides(cramped.stack, ann, cramped.full(), [])
    assert not decided, "the disk was not full"


def takes_and_decides(
    running: Product, ann: Reviewer, fault: AbstractContextManager[None], parts: list[str]
) -> bool:
    """Read, take and decide while the fault lasts, writing notes all the time, and after it.

    Returns whether the first decision went through.
    """
    word = secrets.token_hex(4)
    values = [secrets.token_hex(16) for _ in range(3)]
    running.manage("shell", "-c", REPORT.format(values=" ".join(values)))
    noted, mine, waiting = (item_of(running, value) for value in values)
    assert [ann.take().goes_to for _ in range(2)] == [change(noted), change(mine)]
    assert ann.read(change(mine)).status == 200
    reason, later = f"a logo {word}", f"no logo {word}"

    with writing_notes(ann, noted, word) as notes, fault:
        pages = [ann.read(path) for path in ("/staff/", QUEUE, change(mine))]
        done = [right_or_later(page, parts) for page in pages]
        assert not done[1] or "Kiosk" in pages[1].text
        was_decided = right_or_later(ann.step(mine, "suspend", reason), parts, QUEUE)
        was_taken = right_or_later(ann.take(), parts, change(waiting))
    if not was_decided:
        assert state(running, mine) == (NAME, "")
        assert history(running, mine, "decided") == audited(running, "decided", reason) == []
        assert ann.step(mine, "suspend", reason).goes_to == QUEUE
    decided_once(running, mine, "suspend", reason)
    if not was_taken:
        assert state(running, waiting) == ("", "")
        assert ann.take().goes_to == change(waiting)
    assert state(running, waiting) == (NAME, "")

    written = history(running, noted, "noted")
    assert set(notes) <= set(written)
    assert audited(running, "noted", word) == written
    for item in (waiting, noted):
        assert ann.step(item, "keep", f"{later} {item}").goes_to == QUEUE
        decided_once(running, item, "keep", f"{later} {item}")
    wait_until(lambda: seen(running, values[1]) == "Withdrawn", "the hash to be held back")
    assert "entries=" in running.manage("verify_audit")
    return was_decided
