"""The OpenAPI document is whole, and the page that shows it keeps to our policy."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page, expect

from ncii.tests.routes import all_routes


def document() -> dict[str, Any]:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    described: dict[str, Any] = answer.json()
    return described


def operations() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_route_is_described() -> None:
    routes = {
        "/" + route.route.replace("<str:", "{").replace(">", "}")
        for route in all_routes()
        if route.route.startswith(("api/v1/", "v1/"))
    }
    undescribed = {"/api/v1/openapi.json", "/api/v1/docs"}
    assert routes - undescribed == set(document()["paths"])


def test_it_is_valid_and_leaves_nothing_to_be_guessed(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "api.yaml"))


def test_every_operation_has_a_summary_an_example_and_its_refusals() -> None:
    for name, operation in operations():
        assert operation["summary"] and operation["description"], name
        assert {"400", "401", "403", "429", "500"} <= set(operation["responses"]), name
        good = next(body for code, body in operation["responses"].items() if code[0] == "2")
        bodies = [good, operation.get("requestBody", {})]
        contents = [content for body in bodies for content in body.get("content", {}).values()]
        assert any("examples" in content or "example" in content for content in contents), name


@pytest.mark.e2e
def test_the_page_shows_it_within_the_policy(page: Page) -> None:
    page.goto("/api/v1/docs")
    expect(page.get_by_text("What has changed after a cursor")).to_be_visible()
    page.get_by_text("What has changed after a cursor").click()
    expect(page.get_by_text("of your last page. Without it").first).to_be_visible()
