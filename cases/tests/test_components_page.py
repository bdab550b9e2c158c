"""The living page of the components is whole, and is never seen outside development."""

from pathlib import Path

import pytest
from django.http import Http404
from django.test import RequestFactory

from cases.views.components import components

ROOT = Path(__file__).resolve().parents[2]


def test_it_shows_every_component(settings):
    settings.DEBUG = True
    page = components(RequestFactory().get("/en/components")).content.decode()
    assert page.count("<h1>") == 2
    shown = "".join(
        (ROOT / "templates" / name).read_text() for name in ("components.html", "base.html")
    )
    for component in (ROOT / "templates" / "components").glob("*.html"):
        assert f'include "components/{component.name}"' in shown


def test_it_is_not_there_in_production(client, settings):
    settings.DEBUG = False
    with pytest.raises(Http404):
        components(RequestFactory().get("/en/components"))
