"""Coming back with number and PIN: seeing, withdrawing, finishing."""

from datetime import timedelta

import pytest
from django.test import Client

from cases.numbers import issue_token
from cases.services import FileInput, access, open_case
from hashes.models import Hash
from hashes.publisher import publish
from hashes.services import SignalClaim
from hashes.signal_types import ImagePDQ
from partners.models import FeedbackValue, Partner
from partners.verdicts import record_bank_verdict

pytestmark = pytest.mark.django_db
PIN = "84629173"


@pytest.fixture
def opened():
    claim = SignalClaim("ImagePDQ", ImagePDQ.examples[0], "as-displayed", 100)
    return open_case(issue_token(), PIN, [FileInput("photo", (claim,))])


@pytest.fixture
def inside(client, opened):
    assert enter(client, opened.number, PIN).url == "/en/status/case"
    return client


@pytest.fixture
def long_waits(monkeypatch):
    """A slow machine would sit the first, short waits out."""
    monkeypatch.setattr(access, "wait_after", lambda failures: timedelta(hours=failures >= 4))


def enter(client: Client, number: str, pin: str):
    return client.post("/en/status", {"number": number, "pin": pin})


def test_number_and_pin_open_the_case(inside):
    page = inside.get("/en/status/case").content.decode()
    assert "Photo 1" in page
    assert "Received" in page


def test_a_number_typed_in_another_way_opens_the_case(client, opened):
    typed = opened.number.lower().replace("-", " ").replace("0", "o")
    assert enter(client, typed, PIN).url == "/en/status/case"


@pytest.mark.parametrize(
    "typed", ["٨٤٦٢٩١٧٣", "۸۴۶۲۹۱۷۳", "८४६२९१७३", "8462 9173", "\u200f84629173"]
)
def test_a_pin_is_the_same_on_every_keyboard(client, opened, typed):
    assert enter(client, opened.number, typed).url == "/en/status/case"


def test_wrong_unknown_and_slowed_look_the_same(client, opened, long_waits):
    tries = [
        ("0000-0000-0000-0000", PIN),
        ("nonsense", PIN),
        (opened.number, "wrong"),
        *[(opened.number, "00000000")] * 6,
        (opened.number, PIN),
    ]
    bodies = set()
    for number, pin in tries:
        response = enter(client, number, pin)
        assert response.status_code == 422
        page = response.content.decode()
        for typed in (number, pin):
            page = page.replace(f'value="{typed}"', "")
        bodies.add(page.split('name="csrfmiddlewaretoken"')[0])
        assert "We could not open a case" in page
    assert len(bodies) == 1


def test_a_guesser_elsewhere_does_not_keep_the_owner_out(client, opened, long_waits):
    guesser, owner = "198.51.100.1", "203.0.113."
    for _ in range(8):
        guess = {"number": opened.number, "pin": "00000000"}
        client.post("/en/status", guess, REMOTE_ADDR=guesser)
    right = {"number": opened.number, "pin": PIN}
    assert client.post("/en/status", right, REMOTE_ADDR=guesser).status_code == 422
    answers = [
        client.post("/en/status", right, REMOTE_ADDR=f"{owner}{n}").status_code for n in range(20)
    ]
    # One lane in sixteen is the guesser's.
    assert answers.count(302) > 10


def test_empty_fields_are_named(client):
    page = enter(client, "", "").content.decode()
    assert 'href="#id_number"' in page
    assert 'href="#id_pin"' in page


def test_the_pin_is_never_sent_back(client):
    assert "83746152" not in enter(client, "x", "83746152").content.decode()


def withdraw(client: Client, **form: str):
    """Send the form of the page as this session would be shown it now."""
    data = {"opening": client.session["opening"], **form}
    return client.post("/en/status/withdraw", data, follow="answer" in form)


@pytest.mark.parametrize("path", ["case", "withdraw", "withdrawn"])
def test_without_number_and_pin_there_is_nothing_to_see(client, path):
    assert client.get(f"/en/status/{path}").url == "/en/status"


def test_withdrawal_asks_once_more(inside, opened):
    assert withdraw(inside).status_code == 422
    assert withdraw(inside, answer="no").redirect_chain[0][0] == "/en/status/case"
    opened.case.refresh_from_db()
    assert opened.case.withdrawn_on is None


def test_withdrawal_says_what_platforms_may_still_do(inside, opened):
    response = withdraw(inside, answer="yes")
    page = response.content.decode()
    assert "Your case is withdrawn" in page
    assert "their own rules to what they have already found" in page
    opened.case.refresh_from_db()
    assert opened.case.withdrawn_on is not None


def test_a_form_left_open_in_another_tab_withdraws_no_other_case(inside, opened):
    """The first case's question is still on a screen when the second case is opened."""
    asked = inside.get("/en/status/withdraw").context["opening"]
    claim = SignalClaim("VideoMD5", "c" * 31 + "1", "original")
    second = open_case(issue_token(), PIN, [FileInput("video", (claim,))])
    enter(inside, second.number, PIN)

    answer = inside.post("/en/status/withdraw", {"opening": asked, "answer": "yes"})

    assert answer.url == "/en/status/case"
    for case in (opened.case, second.case):
        case.refresh_from_db()
        assert case.withdrawn_on is None


def test_a_withdrawn_case_can_be_seen_and_not_withdrawn_again(inside):
    withdraw(inside, answer="yes")
    assert inside.get("/en/status/withdraw").url == "/en/status/case"
    page = inside.get("/en/status/case").content.decode()
    assert "You withdrew this case" in page
    assert "Withdraw my case" not in page


def test_nothing_is_promised_to_be_kept_after_withdrawal(inside):
    kept = "We keep the fingerprint until one does"
    assert kept in inside.get("/en/status/case").content.decode()
    withdraw(inside, answer="yes")
    assert kept not in inside.get("/en/status/case").content.decode()


def test_all_that_is_held_can_be_taken_along(inside, opened):
    response = inside.get("/en/status/held")
    assert response["Content-Disposition"] == 'attachment; filename="overview.json"'
    (file,) = response.json()["files"]
    (claim,) = file["hashes"]
    assert (file["kind"], claim["value"]) == ("photo", ImagePDQ.examples[0])
    text = response.content.decode()
    assert opened.number not in text and PIN not in text
    assert opened.case.verifier not in text and opened.case.number_index not in text


def test_finish_ends_the_session(inside):
    assert inside.post("/en/status/finish").url == "/en/status/finished"
    assert inside.get("/en/status/case").url == "/en/status"


def test_the_page_that_says_it_is_over_makes_it_so(inside):
    assert inside.get("/en/status/finished").status_code == 200
    assert inside.get("/en/status/case").url == "/en/status"


def test_entering_replaces_the_session(client, opened):
    client.post("/en/start/1", {"answer": "yes"})
    before = client.session.session_key
    enter(client, opened.number, PIN)
    assert client.session.session_key != before
    assert set(client.session.keys()) == {"case", "opening"}
    assert client.session["case"] == opened.case.pk


def test_what_staff_decided_is_said_in_plain_words(inside):
    publish()
    held = Hash.objects.get()
    record_bank_verdict(held, FeedbackValue.BLOCKED)
    assert "This fingerprint stays on their list." in inside.get("/en/status/case").content.decode()
    record_bank_verdict(held, FeedbackValue.NOT_BLOCKED)
    Partner.objects.create(name="Examplegram")
    page = inside.get("/en/status/case").content.decode()
    for words in ("Held back", "You have done nothing wrong", "Not sent for now"):
        assert words in page
    assert "stays on their list" not in page
