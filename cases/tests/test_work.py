"""Proof of work: asked for when many cases come, bound to one form, and done in a browser."""

import hashlib
import json
from itertools import count

import pytest
from django.test import Client
from pytest_django import Settings

from cases import work
from cases.models import Case
from cases.numbers import issue_token
from cases.tests.test_new_case_page import send


def solved(text: str, puzzles: int) -> str:
    """Solve as the definition in cases/work.py says, in another way than the browser does."""
    seed = hashlib.sha256(text.encode()).digest()
    nonces = []
    for number in range(puzzles):
        head = hashlib.sha256(seed + number.to_bytes(4, "big"))
        for nonce in count():
            tried = head.copy()
            tried.update(nonce.to_bytes(8, "big"))
            if tried.hexdigest()[: work.BITS // 4] == "0" * (work.BITS // 4):
                nonces.append(f"{nonce:x}")
                break
    return ",".join(nonces)


@pytest.mark.stateless
def test_nothing_is_asked_when_calm_and_twice_as_much_for_twice_as_many(
    settings: Settings,
) -> None:
    settings.INTAKE_CALM = 60
    cases = (0, 59, 60, 119, 120, 240, 480, 10**6)
    assert [work.puzzles_at(n) for n in cases] == [0, 0, 4, 4, 8, 16, 24, 24]
    settings.INTAKE_CALM = 0
    assert work.puzzles_at(0) == 4


@pytest.mark.stateless
def test_work_counts_for_its_form_only_and_not_for_long(settings: Settings) -> None:
    token, other = issue_token(), issue_token()
    asked = work.challenge(token, 4)
    nonces = solved(asked.text, 4)
    assert work.is_done(token, asked.text, nonces)
    assert not work.is_done(other, asked.text, nonces)
    assert not work.is_done(token, work.challenge(token, 4).text + "x", nonces)
    assert not work.is_done(token, asked.text, nonces.rpartition(",")[0])
    assert not work.is_done(token, asked.text, nonces.rpartition(",")[0] + ",0")


@pytest.mark.stateless
@pytest.mark.parametrize("nonces", ["", "x", "-1,-1,-1,-1", "1" * 900, ",,,", f"{2**64:x}"])
def test_nonsense_is_no_work(nonces: str) -> None:
    token = issue_token()
    assert not work.is_done(token, work.challenge(token, 4).text, nonces)


@pytest.mark.stateless
def test_old_work_is_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    token = issue_token()
    asked = work.challenge(token, 4)
    nonces = solved(asked.text, 4)
    monkeypatch.setattr(work, "GOOD_FOR_SECONDS", -1)
    assert not work.is_done(token, asked.text, nonces)


@pytest.mark.django_db
def test_a_form_is_taken_once_its_work_is_done_and_again_without(
    client: Client, settings: Settings
) -> None:
    settings.INTAKE_CALM = 0
    token = issue_token()
    answer = send(client, token=token)
    assert answer.status_code == 428
    assert not Case.objects.exists()
    asked = answer.json()["work"]
    assert asked["seed"] == hashlib.sha256(asked["challenge"].encode()).hexdigest()
    proof = {
        "challenge": asked["challenge"],
        "nonces": solved(asked["challenge"], asked["puzzles"]),
    }
    assert send(client, **proof).status_code == 428
    first = send(client, token=token, **proof)
    again = send(client, token=token)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["case_number"] == again.json()["case_number"]
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_a_flood_is_what_makes_it_start(client: Client, settings: Settings) -> None:
    settings.INTAKE_CALM = 3
    assert [send(client).status_code for _ in range(5)] == [201, 201, 201, 428, 428]


@pytest.mark.django_db
def test_bad_input_is_said_before_any_work_is_asked(client: Client, settings: Settings) -> None:
    settings.INTAKE_CALM = 0
    assert send(client, pin="1").status_code == 422
    assert send(client, token="x").status_code == 422


@pytest.mark.django_db
def test_work_costs_no_password_hash_where_it_is_not_done(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.INTAKE_CALM = 0

    def sealed(*given: object) -> None:
        raise AssertionError("argon2 was run for nothing")

    monkeypatch.setattr("cases.services.intake.seal", sealed)
    assert send(client, challenge="x", nonces=json.dumps([])).status_code == 428
