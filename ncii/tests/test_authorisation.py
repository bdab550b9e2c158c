"""Every route × everybody there is: what is let in stands in a matrix, and nothing else is.

    WRITE_MATRIX=1 pytest ncii/tests/test_authorisation.py      writes the matrix anew: read the diff

A new route, a new scope or a new role without its place in the matrix fails here.
"""

import os
from pathlib import Path

import pytest
from pytest_django import Settings

from ncii.tests.authorisation.doors import IN, LOGIN, NOTHING, NUMBER, REFUSED, matrix
from ncii.tests.authorisation.people import SCOPES, everybody
from ncii.tests.routes import Route

MATRIX = Path(__file__).with_name("authorisation") / "matrix.txt"
LEGEND = f"""\
# Made by WRITE_MATRIX=1 pytest {Path(__file__).name}. A letter for each person, in this order:
# {{people}}
# {IN} let in (whatever else is wrong), {REFUSED} 401 or 403, {LOGIN} sent to the staff's door,
# {NUMBER} sent to where number and PIN are asked for, {NOTHING} 404, x no such method. No line: nobody.
"""
Line = tuple[Route, str, dict[str, str]]


_seen: list[Line] = []


@pytest.fixture
def lines(db: None, settings: Settings) -> list[Line]:
    """Knock at every door, once for all tests of this file."""
    settings.PARTNER_RATE_FACTOR = 10**6
    if not _seen:
        people = everybody()
        _seen.extend(
            (route, method, dict(zip(people, letters, strict=True)))
            for route, method, letters in matrix(people)
        )
    return _seen


def in_words(lines: list[Line]) -> str:
    people = ", ".join(lines[0][2])
    rows = sorted(
        {f"{''.join(seen.values())} {method:6} {route.route}" for route, method, seen in lines},
        key=lambda row: (row.split()[2], row),
    )
    return LEGEND.format(people=people) + "\n".join(rows) + "\n"


def test_the_matrix_is_as_agreed(lines: list[Line]) -> None:
    if os.environ.get("WRITE_MATRIX"):
        MATRIX.write_text(in_words(lines))
    assert in_words(lines) == MATRIX.read_text()


def test_the_staffs_side_opens_to_staff_with_a_second_factor_only(lines: list[Line]) -> None:
    free = {"staff/login/", "staff/logout/"}
    outside = [
        (route.route, method, who)
        for route, method, seen in lines
        if route.route.startswith("staff/") and route.route not in free
        for who, letter in seen.items()
        if not who.startswith("staff ")
        and letter != LOGIN
        # The pages of the second factor itself are for whoever is half in.
        and not (who == "staff, no second factor" and route.name in ("second_factor", "leave"))
    ]
    assert outside == []


def test_the_api_opens_to_keys_that_are_good_and_have_the_scope(lines: list[Line]) -> None:
    good = {*(f"key {scope}" for scope in SCOPES), "key of another", "key sandbox"}
    free = {"api-openapi", "api-docs"}
    doors = [
        (route, method, {who for who, letter in seen.items() if letter != REFUSED})
        for route, method, seen in lines
        if route.route.startswith(("api/", "v1/")) and route.name not in free
    ]
    assert doors
    for route, method, opened_to in doors:
        assert opened_to <= good, (route.route, method)
        with_one_scope = opened_to - {"key of another", "key sandbox"}
        assert len(with_one_scope) == 1, (route.route, method)


def test_a_case_opens_to_who_has_entered_its_number(lines: list[Line]) -> None:
    inside = {"status_case", "held", "withdraw", "withdrawn"}
    seen_by = [(route.name, seen) for route, _, seen in lines if route.name in inside]
    assert {name for name, _ in seen_by} == inside
    for name, seen in seen_by:
        assert seen["victim"] == IN, name
        assert {letter for who, letter in seen.items() if who != "victim"} == {NUMBER}, name
