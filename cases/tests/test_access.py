"""Number and PIN open a case; nothing else does, and a refusal says nothing."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import RequestFactory, override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases.models import Case, FailedTries
from cases.numbers import SYMBOLS, issue_token, normalise, shown
from cases.pins import PinProblem, pin_problem
from cases.services import enter_case, open_case
from cases.services.access import FREE_TRIES, LONGEST_WAIT, wait_after
from cases.tests.test_intake import PIN, photo
from matching.tests.crossing import Side, on_postgresql, until_waiting
from ncii.lib.lanes import LANES, lane_of

WRONG = "193847"


@pytest.fixture
def number(db: None) -> str:
    return open_case(issue_token(), PIN, [photo()]).number


def test_number_and_pin_open_the_case(number: str) -> None:
    assert enter_case(number, PIN) == Case.objects.get()


@pytest.mark.parametrize("change", [str.lower, lambda n: n.replace("-", " "), lambda n: f" {n}\n"])
def test_a_number_opens_however_it_is_written(number: str, change: object) -> None:
    assert callable(change)
    assert enter_case(change(number), PIN) is not None


def test_nothing_else_opens_it(number: str) -> None:
    assert enter_case(number, WRONG) is None
    assert enter_case("0000-0000-0000-0000", PIN) is None
    assert enter_case("", "") is None


def keep_waiting() -> None:
    """Hold the wait that the failures have earned, however slow the machine that runs the test."""
    assert FailedTries.objects.get().count >= FREE_TRIES
    FailedTries.objects.update(next_try_at=timezone.now() + timedelta(hours=1))


def test_failures_slow_the_case_down_and_the_owner_gets_in_again(number: str) -> None:
    for _ in range(FREE_TRIES + 1):
        assert enter_case(number, WRONG) is None
    keep_waiting()
    assert enter_case(number, PIN) is None
    FailedTries.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    assert enter_case(number, PIN) is not None
    assert not FailedTries.objects.exists()


def test_guessing_in_one_lane_does_not_keep_the_owner_out_of_another(number: str) -> None:
    for _ in range(FREE_TRIES + 3):
        assert enter_case(number, WRONG, lane=3) is None
    keep_waiting()
    assert enter_case(number, PIN, lane=3) is None
    assert enter_case(number, PIN, lane=4) is not None
    assert enter_case(number, PIN, lane=3) is None


def test_an_address_keeps_its_lane_for_a_day_and_lanes_are_shared(rf: RequestFactory) -> None:
    lanes = [lane_of(rf.get("/", REMOTE_ADDR=f"198.51.100.{n}")) for n in range(200)]
    assert lanes == [lane_of(rf.get("/", REMOTE_ADDR=f"198.51.100.{n}")) for n in range(200)]
    assert set(lanes) == set(range(LANES))
    same = {lane_of(rf.get("/", REMOTE_ADDR=f"2001:db8:1:2::{n:x}")) for n in range(20)}
    assert len(same) == 1


@override_settings(BEHIND_PROXY=True)
def test_behind_a_proxy_only_the_proxys_word_counts(rf: RequestFactory) -> None:
    def lane(forwarded: str) -> int:
        return lane_of(rf.get("/", HTTP_X_FORWARDED_FOR=forwarded, REMOTE_ADDR="10.0.0.1"))

    assert {lane(f"203.0.113.{n}, 198.51.100.7") for n in range(20)} == {lane("198.51.100.7")}
    assert len({lane(f"198.51.100.{n}") for n in range(20)}) > 1


def test_a_slowed_try_does_not_lengthen_the_wait(number: str) -> None:
    for _ in range(FREE_TRIES + 2):
        enter_case(number, WRONG)
    keep_waiting()
    before = FailedTries.objects.values().get()
    enter_case(number, WRONG)
    assert FailedTries.objects.values().get() == before


def test_the_wait_doubles_up_to_an_hour() -> None:
    waits = [wait_after(n).total_seconds() for n in range(FREE_TRIES, 40)]
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == LONGEST_WAIT.total_seconds()
    assert waits == sorted(waits)


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_get_no_more_tries_than_one_after_the_other() -> None:
    number = open_case(issue_token(), PIN, [photo()]).number

    def guess(n: int) -> None:
        try:
            assert enter_case(number, f"{193847 + n}") is None
        finally:
            connection.close()

    def waits(failures: int) -> list[float]:
        return [wait_after(n).total_seconds() for n in range(1, failures + 1)]

    started = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(guess, range(200)))
    # One after the other, the free tries and as many as the waits leave room for.
    taken = time.monotonic() - started
    most = next(n for n in range(1, 99) if sum(waits(n)) > taken)
    assert FailedTries.objects.get().count <= most


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("tried_before", [0, 1])
def test_two_who_come_at_once_with_the_right_pin_both_come_in(tried_before: int) -> None:
    number = open_case(issue_token(), PIN, [photo()]).number
    for _ in range(tried_before):
        assert enter_case(number, WRONG) is None
    with transaction.atomic():
        # Whoever takes a try waits here: neither sees what the other has done.
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE cases_failedtries IN SHARE MODE")
        both = [Side(lambda: enter_case(number, PIN)) for _ in range(2)]
        until_waiting(*both)
    case = Case.objects.get()
    assert [each.end() for each in both] == [case, case]


def _keyrings(old: bool) -> Iterator[tuple[str, str]]:
    for name in ("CASE_INDEX_KEYS", "CASE_PIN_KEYS"):
        first, second = f"a:{name:_<40}", f"b:{name:-<40}"
        yield name, first if old else f"{second},{first}"


def test_a_case_sealed_under_an_old_key_opens_and_is_sealed_anew(db: None) -> None:
    with override_settings(**dict(_keyrings(old=True))):
        number = open_case(issue_token(), PIN, [photo()]).number
    with override_settings(**dict(_keyrings(old=False))):
        assert enter_case(number, WRONG) is None
        assert Case.objects.get().pin_key_id == "a"
        assert enter_case(number, PIN) is not None
        case = Case.objects.get()
        assert (case.index_key_id, case.pin_key_id) == ("b", "b")
        assert enter_case(number, PIN) is not None
    with override_settings(CASE_INDEX_KEYS=f"c:{'x' * 40}", CASE_PIN_KEYS=f"c:{'y' * 40}"):
        assert enter_case(number, PIN) is None


@given(st.text(SYMBOLS, min_size=16, max_size=16))
def test_a_shown_number_reads_back(symbols: str) -> None:
    assert normalise(shown(symbols).lower()) == symbols


def test_symbols_that_look_alike_are_read_as_one() -> None:
    assert normalise("oOiI-lL11-0000-1111") == "0011111100001111"
    assert normalise("U000-0000-0000-0000") is None


@pytest.mark.parametrize(
    "typed",
    [
        "٤٨٢٩-AB12-CD34-EF56",
        "۴۸۲۹-ab12-cd34-ef56",
        "４８２９－ＡＢ１２－ＣＤ３４－ＥＦ５６",
        "\u200e4829-AB12-CD34-EF56\u200f",
        "\ufeff4829\u2011AB12\u2212CD34\u2010EF56\u200b",
        " 4829\u00a0ab12\u202fcd34 ef56\n",
    ],
)
def test_a_number_from_any_keyboard_or_copied_is_read(typed: str) -> None:
    assert normalise(typed) == "4829AB12CD34EF56"


@pytest.mark.parametrize("pin", ["482915", "193847", "010203040506", "000001"])
def test_good_pins(pin: str) -> None:
    assert pin_problem(pin) is None


@pytest.mark.parametrize("pin", ["", "12345", "1234567890123", "48291a", "４８２９１５", "٤٨٢٩١٥"])
def test_pins_of_the_wrong_shape(pin: str) -> None:
    assert pin_problem(pin) is PinProblem.SHAPE


@pytest.mark.parametrize("pin", ["000000", "123456", "654321", "121212", "123123", "890123"])
def test_pins_that_anybody_would_try(pin: str) -> None:
    assert pin_problem(pin) is PinProblem.TRIVIAL
