"""Errors in the voice of the other pages, in the person's language, each with a way on."""

import json

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import translation

from ncii import views
from partners.tests.api_helpers import Platform

pytestmark = pytest.mark.django_db
STATUSES = (400, 403, 404, 413, 429, 500, 503)


@pytest.fixture
def sign(settings, tmp_path):
    """Hang the sign on the door."""
    settings.VAR_DIR = tmp_path
    (tmp_path / "maintenance").touch()


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_an_error_is_a_page_in_the_persons_language_with_a_way_on(language, status):
    answer = views.refusal(RequestFactory().get(f"/{language}/start"), status)
    page = answer.content.decode()
    assert answer.status_code == status
    assert f'<html lang="{language}"' in page
    with translation.override(language):
        assert translation.gettext("Quick exit") in page
    assert page.count("<h1>") == 1
    main = page.split("<main")[1].split("</main>")[0]
    assert 'class="button" href="' in main
    for jargon in ("Exception", "Traceback", "CSRF", "Error", str(status)):
        assert jargon not in main


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("path", ["/api/v1/hashes/changes", "/v1/FetchHashes"])
def test_an_api_gets_problem_details(path, status):
    answer = views.refusal(RequestFactory().get(path), status)
    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert problem["status"] == answer.status_code == status
    assert problem["title"] != "Error"


def test_a_form_without_its_token_is_told_so_kindly():
    answer = Client(enforce_csrf_checks=True).post("/fr/start/1", {"answer": "yes"})
    assert answer.status_code == 403
    assert '<html lang="fr"' in answer.content.decode()


def test_the_sign_answers_for_pages_and_api(client, sign):
    for path in ("/en/", "/fr/status", "/en/nowhere", "/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Retry-After"]) == (503, "900")
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies
    answer = client.get("/api/v1/hashes/changes")
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer["Retry-After"]) == (503, "900")


def test_the_sign_asks_the_database_nothing(client, sign, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/en/status")
        assert client.get("/en/exit").status_code == 302


def test_the_way_out_the_staff_and_the_health_check_pass_the_sign(client, sign, settings):
    assert client.get("/en/exit").url == settings.EXIT_URL
    assert client.get("/healthz").status_code == 200
    assert client.get("/staff/login/").status_code == 200


def test_without_the_sign_the_door_is_open_and_the_environment_hangs_it_too(client, settings):
    assert client.get("/en/").status_code == 200
    settings.MAINTENANCE = True
    assert client.get("/en/").status_code == 503


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/fr/how"),
        ("delete", "/fr/status"),
        ("put", "/fr/case/new"),
        ("get", "/fr/status/finish"),
    ],
)
def test_a_method_that_a_page_does_not_take_is_answered_by_a_page(client, method, path):
    answer = getattr(client, method)(path)
    assert answer.status_code == 405
    assert answer["Allow"]
    assert '<html lang="fr"' in answer.content.decode()
    assert answer.content.decode().count("<h1>") == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("delete", "/api/v1/hashes/changes"),
        ("put", "/v1/FetchHashes"),
        ("post", "/api/v1/docs"),
        ("patch", "/api/v1/openapi.json"),
    ],
)
def test_a_method_that_the_api_does_not_take_is_a_problem(client, method, path):
    answer = getattr(client, method)(path)
    assert answer.status_code in (401, 405)
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["status"] == answer.status_code


@pytest.mark.parametrize("path", ["/fr/%00", "/fr/status%00", "/fr/start/1%00"])
def test_a_null_byte_in_an_address_is_refused_by_a_page(client, path):
    answer = client.get(path)
    assert answer.status_code == 400
    assert answer.content.decode().count("<h1>") == 1


@pytest.mark.parametrize(
    "path", ["/api/v1/keys/%00/rotate", "/api/v1/webhooks/a%00/test", "/api/v1/hashes/%00/dispute"]
)
def test_a_null_byte_in_an_address_is_a_problem_before_anything_is_written(path):
    answer = Platform().post(path, {"overlap_hours": 1}, Idempotency_Key="a")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("path", ["//[::1", "//https://[::1/fr/how", "//a@[b]:c/", "//[/how/"])
def test_an_address_that_reads_like_a_broken_host_is_not_there(path):
    answer = Client().get("/", PATH_INFO=path)
    assert answer.status_code == 404
    assert answer.content.decode().count("<h1>") == 1
