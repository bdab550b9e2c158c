"""An unknown number, a wrong PIN and a case that is slowed down are answered alike, byte by byte.

How long each takes is measured by `make bench` (cases.bench.access).
"""

import re

import pytest
from django.test import Client

from cases.numbers import issue_token
from cases.services import open_case
from cases.tests.test_intake import PIN, photo

pytestmark = pytest.mark.django_db
WRONG = "193847"
UNKNOWN = "0123-4567-89AB-CDEF"
# What is new in every answer, whoever asks: the request's id, and the form's token.
_FRESH = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def answer(number: str, pin: str) -> tuple[int, dict[str, str], bytes, dict[str, str]]:
    """Return status, headers, body and cookies (by name, with their attributes) of one try."""
    client = Client(headers={"user-agent": "any"})
    got = client.post("/en/status", {"number": number, "pin": pin})
    headers = {name: value for name, value in got.headers.items() if name != "X-Request-ID"}
    body = _FRESH.sub(b"", got.content).replace(number.encode(), b"NUMBER")
    cookies = {
        name: morsel.OutputString(["path", "samesite"]) for name, morsel in got.cookies.items()
    }
    return got.status_code, headers, body, {n: c.partition(";")[2] for n, c in cookies.items()}


def test_nobody_can_tell_them_apart() -> None:
    number = open_case(issue_token(), PIN, [photo()]).number
    unknown = answer(UNKNOWN, PIN)
    wrong = answer(number, WRONG)
    for _ in range(8):
        answer(number, WRONG)
    slowed = answer(number, PIN)
    assert unknown[0] == 422
    assert wrong == unknown
    assert slowed == unknown


def test_the_comparison_sees_a_difference() -> None:
    number = open_case(issue_token(), PIN, [photo()]).number
    assert answer(number, PIN) != answer(UNKNOWN, PIN)
    assert answer("too short", PIN) != answer(UNKNOWN, PIN)
