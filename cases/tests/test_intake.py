"""Opening a case: all of it or nothing, and never twice."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection

from cases.errors import AlreadySent, AlreadyWithdrawn, BadToken, TooManyFiles
from cases.models import Case, CaseFile
from cases.numbers import issue_token, normalise, number_for
from cases.services import FileInput, OpenedCase, enter_case, open_case, withdraw_case
from hashes.models import Change, Claim, Hash
from hashes.services import SignalClaim
from hashes.signal_types import ImagePDQ, SignalError

PIN = "482915"


def photo(bit: int = 0) -> FileInput:
    value = f"{int(ImagePDQ.examples[0], 16) ^ 1 << bit:064x}"
    return FileInput("photo", (SignalClaim("ImagePDQ", value, "as-displayed", 100),))


def video(n: int) -> FileInput:
    return FileInput("video", (SignalClaim("VideoMD5", f"{n:032x}", "original"),))


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, CaseFile, Claim, Hash, Change))


@pytest.mark.django_db
def test_a_case_holds_its_files_in_order() -> None:
    opened = open_case(issue_token(), PIN, [photo(), video(1)])
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", opened.number)
    assert [(f.position, f.kind) for f in opened.case.files.all()] == [(1, "photo"), (2, "video")]
    assert rows() == (1, 2, 2, 2, 2)


@pytest.mark.django_db
def test_neither_number_nor_pin_is_kept() -> None:
    opened = open_case(issue_token(), PIN, [photo()])
    stored = " ".join(str(value) for value in Case.objects.values().get().values())
    symbols = normalise(opened.number) or ""
    assert symbols not in stored and PIN not in stored and opened.number not in stored


@pytest.mark.django_db
def test_the_same_form_sent_again_gives_the_same_number_and_one_case() -> None:
    token = issue_token()
    first, again = (open_case(token, PIN, [photo()]) for _ in range(2))
    assert (again.number, again.repeated) == (first.number, True)
    assert rows() == (1, 1, 1, 1, 1)


@pytest.mark.django_db
def test_a_file_added_before_sending_again_is_not_lost() -> None:
    token = issue_token()
    open_case(token, PIN, [photo()])
    again = open_case(token, PIN, [photo(), video(1)])
    assert [(f.position, f.kind) for f in again.case.files.all()] == [(1, "photo"), (2, "video")]


@pytest.mark.django_db
def test_a_hash_agreed_to_before_sending_again_is_not_lost() -> None:
    token = issue_token()
    first = open_case(token, PIN, [photo(), video(1)])
    (trimmed,) = photo(200).claims
    more = FileInput("photo", (*photo().claims, replace(trimmed, variant="trimmed")))
    open_case(token, PIN, [more, video(1), video(2)])
    open_case(token, PIN, [more, video(1), video(2)])
    claims = [[c.claim.variant for c in f.file_claims.all()] for f in first.case.files.all()]
    assert claims == [["as-displayed", "trimmed"], ["original"], ["original"]]
    assert rows() == (1, 3, 4, 4, 4)


@pytest.mark.django_db
def test_the_same_form_with_another_pin_opens_nothing() -> None:
    token = issue_token()
    open_case(token, PIN, [photo()])
    with pytest.raises(AlreadySent):
        open_case(token, "719304", [video(1)])
    assert rows() == (1, 1, 1, 1, 1)


@pytest.mark.django_db
def test_a_case_withdrawn_while_the_form_is_sent_again_takes_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def enter_then_withdrawn_in_another_tab(number: str, pin: str) -> Case | None:
        case = enter_case(number, pin)
        assert case is not None
        withdraw_case(case)
        return case

    token = issue_token()
    open_case(token, PIN, [photo()])
    monkeypatch.setattr("cases.services.intake.enter_case", enter_then_withdrawn_in_another_tab)
    with pytest.raises(AlreadyWithdrawn):
        open_case(token, PIN, [video(1)])
    assert not Claim.objects.filter(withdrawn_on__isnull=True).exists()


@pytest.mark.django_db
def test_a_withdrawn_case_takes_nothing_more() -> None:
    token = issue_token()
    withdraw_case(open_case(token, PIN, [photo()]).case)
    with pytest.raises(AlreadyWithdrawn):
        open_case(token, PIN, [photo(), video(1)])
    assert Case.objects.get().files.count() == 1


@pytest.mark.django_db
def test_twenty_files_are_the_most() -> None:
    token = issue_token()
    with pytest.raises(TooManyFiles):
        open_case(token, PIN, [video(n) for n in range(21)])
    open_case(token, PIN, [video(n) for n in range(20)])
    with pytest.raises(TooManyFiles):
        open_case(token, PIN, [video(n) for n in range(5, 25)])
    assert CaseFile.objects.count() == 20


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "abc", "abc:def:ghi"])
def test_a_token_that_is_not_ours_opens_nothing(token: str) -> None:
    with pytest.raises(BadToken):
        open_case(token, PIN, [photo()])
    assert rows() == (0, 0, 0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_one_bad_hash_leaves_nothing_half_written() -> None:
    bad = FileInput("photo", (SignalClaim("ImagePDQ", "0" * 64, "as-displayed", 100),))
    with pytest.raises(SignalError):
        open_case(issue_token(), PIN, [photo(), bad])
    assert rows() == (0, 0, 0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_many_times_at_once_opens_one_case() -> None:
    token = issue_token()

    def send(_: int) -> OpenedCase | None:
        try:
            return open_case(token, PIN, [photo(), video(1)])
        except AlreadySent:
            # More than the free tries were under way at once.
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert {a.number for a in answers if a} == {open_case_number(token)}
    assert rows() == (1, 2, 2, 2, 2)


def open_case_number(token: str) -> str:
    symbols = number_for(token)
    return "-".join(symbols[i : i + 4] for i in range(0, 16, 4))


@pytest.mark.django_db(transaction=True)
def test_two_cases_with_the_same_pictures_at_once_share_hashes_and_never_deadlock() -> None:
    def send(n: int) -> None:
        files = [video(i) for i in range(10)]
        try:
            open_case(issue_token(), PIN, files if n % 2 else files[::-1])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    assert rows() == (8, 80, 80, 10, 80)
