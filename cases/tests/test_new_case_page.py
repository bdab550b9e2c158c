"""The case page's endpoint: hashes in, a case number out, or what is wrong and where."""

import json
from urllib.parse import urlencode

import pytest
from django.core import mail

from cases.models import Case
from cases.numbers import issue_token
from cases.services import enter_case
from hashes.signal_types import ImagePDQ

pytestmark = pytest.mark.django_db
PIN = "84629173"
FORM = "application/x-www-form-urlencoded"


def photo(value: str = ImagePDQ.examples[0], quality: int = 100) -> dict[str, object]:
    claim = {
        "signal": "ImagePDQ",
        "value": value,
        "quality": quality,
        "variant": "as-displayed",
    }
    return {"kind": "photo", "claims": [claim]}


def video(number: int) -> dict[str, object]:
    claim = {
        "signal": "VideoMD5",
        "value": f"{number:032x}",
        "quality": None,
        "variant": "original",
    }
    return {"kind": "video", "claims": [claim]}


def send(client, files: object = None, **fields):
    raw = files if isinstance(files, str) else json.dumps([photo()] if files is None else files)
    data = {"token": issue_token(), "pin": PIN, "email": "", "files": raw} | fields
    return client.post("/en/case/new", urlencode(data), content_type=FORM)


def problems(response, field: str) -> list[tuple[str, int | None]]:
    assert response.status_code == 422
    assert not Case.objects.exists()
    return [(p["message"], p["position"]) for p in response.json()["errors"][field]]


def test_a_case_opens_and_number_and_pin_lead_back(client):
    response = send(client, [photo(), video(1)])
    assert response.status_code == 201
    answer = response.json()
    assert answer["email_sent"] is None
    case = enter_case(answer["case_number"], PIN)
    assert case is not None
    assert [(f.position, f.kind) for f in case.files.all()] == [(1, "photo"), (2, "video")]


def test_the_same_form_sent_twice_gives_the_same_number_and_one_case(client):
    token = issue_token()
    first, second = (send(client, token=token).json()["case_number"] for _ in range(2))
    assert first == second
    assert Case.objects.count() == 1


def test_the_same_form_with_another_pin_is_refused_at_the_pin(client):
    token = issue_token()
    send(client, token=token)
    response = send(client, token=token, pin="73918264")
    assert response.status_code == 422
    assert "another PIN" in response.json()["errors"]["pin"][0]["message"]


@pytest.mark.parametrize(
    ("pin", "says"),
    [
        ("", "Choose a PIN"),
        ("12", "6 to 12 digits"),
        ("1" * 13, "6 to 12 digits"),
        ("1" * 200, "6 to 12 digits"),
        ("12a456", "6 to 12 digits"),
        ("٣٤٥٦٧", "6 to 12 digits"),
        ("٣٤٥٦٧٨", "too easy"),
        ("123456", "too easy"),
        ("777777", "too easy"),
    ],
)
def test_a_bad_pin_is_refused_at_the_pin(client, pin, says):
    [(message, position)] = problems(send(client, pin=pin), "pin")
    assert says in message
    assert position is None


def test_twenty_files_fit_and_twenty_one_do_not(client):
    [(message, _)] = problems(send(client, [video(n) for n in range(21)]), "files")
    assert "20 photos and videos" in message
    assert send(client, [video(n) for n in range(20)]).status_code == 201


def test_each_bad_file_is_named_by_its_position(client):
    bad = [photo(), photo(quality=49), video(2), photo("0" * 64)]
    said = problems(send(client, bad), "files")
    assert [position for _, position in said] == [2, 4]
    assert all("too little detail" in message for message, _ in said)


def test_a_duplicate_is_named(client):
    [(message, position)] = problems(send(client, [photo(), photo()]), "files")
    assert position == 2
    assert "already" in message


@pytest.mark.parametrize("raw", ["", "[]"])
def test_no_file_is_refused(client, raw):
    [(message, _)] = problems(send(client, raw), "files")
    assert message == "Choose at least one photo or video"


@pytest.mark.parametrize("raw", ["{", "7", "null", '[{"kind": "photo"}]', "[[]]", "[" * 5000])
def test_nonsense_is_refused_in_plain_words(client, raw):
    [(message, _)] = problems(send(client, raw), "files")
    assert message.startswith("We could not read what your browser sent")


def test_a_token_that_is_not_ours_is_refused(client):
    for token in ("", "x", issue_token() + "x"):
        assert problems(send(client, token=token), "token")


def test_the_number_goes_by_mail_when_asked_for(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    answer = send(client, email="someone@example.org").json()
    assert answer["email_sent"] is True
    [message] = mail.outbox
    assert message.to == ["someone@example.org"]
    assert answer["case_number"] in message.body


def test_a_bad_address_is_refused_at_the_field(client):
    [(message, _)] = problems(send(client, email="someone@"), "email")
    assert "does not look right" in message


def test_errors_come_in_the_language_of_the_page(client):
    data = {"token": issue_token(), "pin": "1", "email": "", "files": json.dumps([photo()])}
    response = client.post("/fr/case/new", urlencode(data), content_type=FORM)
    assert "6 à 12 chiffres" in response.json()["errors"]["pin"][0]["message"]


def test_the_page_takes_no_multipart_and_its_file_input_has_no_name(client):
    for number in range(1, 5):
        client.post(f"/en/start/{number}", {"answer": "yes"})
    page = client.get("/en/case/new").content.decode()
    assert "multipart" not in page
    [tag] = [part for part in page.split("<") if part.startswith("input") and 'type="file"' in part]
    assert " name=" not in tag


def test_only_the_case_page_may_run_webassembly(client):
    for number in range(1, 5):
        client.post(f"/en/start/{number}", {"answer": "yes"})
    policy = client.get("/en/case/new")["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" in policy
    assert "'unsafe-" not in policy.replace("'wasm-unsafe-eval'", "")
    assert "wasm-unsafe-eval" not in client.get("/en/")["Content-Security-Policy"]
