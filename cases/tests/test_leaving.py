"""The way out of every page."""

import pytest

from ncii.tests.pages import public_paths

pytestmark = pytest.mark.django_db
PAGES = public_paths()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_has_it_as_a_plain_link_with_neutral_title(client, path, language, settings):
    page = client.get(f"/{language}/{path}").content.decode()
    assert f'href="/{language}/exit"' in page
    assert f'data-to="{settings.EXIT_URL}"' in page
    title = page.split("<title>")[1].split("</title>")[0].lower()
    for word in ("ncii", "hash", "intim", "nude", "nu ", "sex", "case", "dossier", "victim"):
        assert word not in title


def test_it_ends_the_session_and_goes_elsewhere(client, settings):
    client.post("/en/start/1", {"answer": "yes"})
    response = client.get("/en/exit")
    assert response.status_code == 302
    assert response.url == settings.EXIT_URL
    assert response["Clear-Site-Data"] == '"cache"'
    assert client.get("/en/start/2").url == "/en/start/1"
    assert not dict(client.session)


def test_no_cookie_outlives_the_browser_or_the_way_out(client):
    client.post("/en/start/1", {"answer": "yes"})
    client.get("/en/start/2")
    assert {"csrf", "session"} == set(client.cookies)
    for cookie in client.cookies.values():
        assert (cookie["max-age"], cookie["expires"]) == ("", "")
    client.get("/en/exit")
    assert [cookie.value for cookie in client.cookies.values()] == ["", ""]


def test_nothing_is_left_in_a_cache(client):
    for path in PAGES:
        assert "no-store" in client.get(f"/en/{path}")["Cache-Control"]
