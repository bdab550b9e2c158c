"""Every answer, whatever it is, keeps the page between the person and us."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client, override_settings

from ncii.tests.production import production_environment, run
from ncii.tests.routes import all_routes, policy_of, sources_of
from ncii.tests.staff import sign_in

pytestmark = pytest.mark.django_db

EXPECTED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# `same-origin` lets our own forms say where they come from (Origin would be null otherwise).
REFERRER = {"no-referrer", "same-origin"}
SOURCES = {"'none'", "'self'"}
# The page that computes hashes compiles WebAssembly, in workers of ours.
HASHING = SOURCES | {"'wasm-unsafe-eval'"}
METHODS = ("get", "head", "post", "options", "delete")


def _check(answer: HttpResponseBase, where: str) -> None:
    for name, value in EXPECTED.items():
        assert answer.headers.get(name) == value, f"{where}: {name}"
    assert answer.headers["Referrer-Policy"] in REFERRER, where
    assert "camera=()" in answer.headers["Permissions-Policy"], where
    assert "no-store" in answer.headers["Cache-Control"], where
    policy = policy_of(answer.headers["Content-Security-Policy"])
    assert policy["default-src"] == ["'none'"], where
    assert policy["frame-ancestors"] == ["'none'"], where
    assert policy["base-uri"] == ["'none'"], where
    if where.endswith(" /api/v1/docs") and "img-src" in policy:
        # Swagger's style sheet draws its arrows from pictures inside itself.
        policy["img-src"] = [source for source in policy["img-src"] if source != "data:"]
    assert sources_of(policy) <= HASHING, where


@pytest.fixture
def anyone() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.raise_request_exception = False
    return client


@pytest.fixture
def staff(admin_user: object) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.raise_request_exception = False
    sign_in(client, admin_user)  # type: ignore[arg-type]
    return client


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("who", ["anyone", "staff"])
def test_every_route(request: pytest.FixtureRequest, who: str, method: str) -> None:
    client = request.getfixturevalue(who)
    for route in all_routes():
        if route.path == "/staff/logout/":
            continue
        answer = getattr(client, method)(route.path)
        assert answer.status_code < 500, f"{method} {route.path}"
        _check(answer, f"{method} {route.path}")


def test_only_the_hashing_page_may_compile_webassembly(anyone: Client) -> None:
    compiling = {
        route.route
        for route in all_routes()
        for answer in [anyone.get(route.path)]
        if "'wasm-unsafe-eval'" in answer.headers["Content-Security-Policy"]
    }

    assert len(compiling) <= 1


@pytest.mark.parametrize("path", ["/no/such/page", "/api/v1/none", "/v1/none", "/en/none"])
def test_what_is_not_there(anyone: Client, path: str) -> None:
    answer = anyone.get(path)

    assert answer.status_code == 404
    _check(answer, path)


@pytest.mark.urls("ncii.tests.faulty")
@pytest.mark.parametrize("path", ["/fail/value/x", "/fail/suspicious/x", "/fail/denied/x"])
def test_what_fails(anyone: Client, path: str) -> None:
    _check(anyone.get(path), path)


def test_a_host_that_is_not_ours(anyone: Client) -> None:
    with override_settings(SECURE_SSL_REDIRECT=True):
        _check(anyone.get("/healthz-not", headers={"host": "other.example"}), "other host")


def test_static_files() -> None:
    with override_settings(WHITENOISE_USE_FINDERS=True, WHITENOISE_AUTOREFRESH=True):
        answer = Client().get(f"{settings.STATIC_URL}admin/css/base.css")

    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert sources_of(policy_of(answer.headers["Content-Security-Policy"])) <= SOURCES


LOOK = """
import os, json
os.environ["DJANGO_SETTINGS_MODULE"] = "ncii.settings"
import django
django.setup()
from django.conf import settings
from django.test import Client
answer = Client().get("/staff/login/", secure=True, headers={"host": "bank.example"})
plain = Client().get("/staff/login/", headers={"host": "bank.example"})
print(json.dumps({
    "status": answer.status_code, "headers": dict(answer.headers), "plain": plain["Location"],
    "cookies": {name: dict(morsel) for name, morsel in answer.cookies.items()},
    "session": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE,
                settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_DOMAIN,
                settings.SESSION_COOKIE_PATH],
}))
"""


@pytest.mark.stateless
def test_production_speaks_https_only_and_keeps_its_cookies_to_itself(tmp_path: Path) -> None:
    ran = run(["-c", LOOK], production_environment(tmp_path))
    assert ran.returncode == 0, ran.stderr
    seen = json.loads(ran.stdout)

    assert seen["status"] == 200
    assert int(seen["headers"]["Strict-Transport-Security"].split("=")[1].split(";")[0]) >= 31536000
    assert seen["plain"].startswith("https://bank.example/")
    assert seen["session"] == ["__Host-session", True, True, None, "/"]
    ((name, cookie),) = seen["cookies"].items()
    assert name == "__Host-csrf"
    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (
        True,
        True,
        "/",
        "",
    )
