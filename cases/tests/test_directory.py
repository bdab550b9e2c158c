"""The directories: what is shown, in which language, and what staff are told to check."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.forms import ChoiceField
from django.utils.translation import get_language, override

from cases.directory import selectors
from cases.directory.models import Platform, SupportService
from cases.directory.phrases import LINES
from cases.directory.seed import DATA
from cases.directory.selectors import platform_entries, support_entries
from cases.forms import SupportForm
from ncii.lib.days import today

pytestmark = pytest.mark.django_db
PLATFORMS = {
    "Bumble",
    "Discord",
    "Facebook",
    "Google Search",
    "Instagram",
    "Messenger",
    "Snapchat",
    "TikTok",
    "Twitch",
    "WhatsApp",
    "YouTube",
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_platform_has_its_steps_in_both_first_languages(client, language):
    entries = platform_entries(language)
    assert {entry.platform.name for entry in entries} == PLATFORMS
    page = client.get(f"/{language}/online").content.decode()
    for entry in entries:
        assert entry.platform.words.filter(language=language).exists()
        assert len(entry.steps) >= 3
        assert entry.platform.report_url in page


def test_a_language_that_is_missing_shows_english():
    assert platform_entries("xx") == platform_entries("en")


def test_every_seeded_line_is_where_the_catalogues_find_it():
    seeded = {
        line
        for file in DATA.glob("*.json")
        for entry in json.loads(file.read_text())
        for text in entry["words"]["en"].values()
        for line in text.splitlines()
        if line.strip()
    }
    assert seeded == set(LINES)


def test_what_has_no_words_of_its_own_is_shown_in_the_catalogues_translation(monkeypatch):
    line = "Say at what minute it can be seen."
    monkeypatch.setattr(selectors, "gettext", lambda text: f"{get_language()}: {text}")
    twitch = next(e for e in platform_entries("de") if e.platform.name == "Twitch")
    assert (twitch.language, twitch.steps[-1]) == ("de", f"de: {line}")


def test_what_staff_write_wins_over_the_catalogue(monkeypatch):
    monkeypatch.setattr(selectors, "gettext", lambda text: f"translated: {text}")
    twitch = Platform.objects.get(name="Twitch")
    twitch.words.create(language="de", steps="Schritt eins.")
    english = Platform.objects.get(name="Bumble").words.get(language="en")
    english.steps = "Our own words."
    english.save()
    by_name = {entry.platform.name: entry for entry in platform_entries("de")}
    assert by_name["Twitch"].steps == ["Schritt eins."]
    assert (by_name["Bumble"].language, by_name["Bumble"].steps) == ("en", ["Our own words."])


def test_services_of_a_country_and_those_for_everywhere():
    names = {entry.service.name for entry in support_entries("en", country="GB")}
    assert names == {
        "Galop",
        "Men’s Advice Line",
        "Revenge Porn Helpline",
        "Report Remove",
        "Internet Watch Foundation",
        "NCMEC Take It Down",
    }


@pytest.mark.parametrize(
    ("need", "name"),
    [
        ("phone", "3018"),
        ("legal", "HateAid"),
        ("under_18", "Report Remove"),
        ("lgbt", "Galop"),
        ("men", "Men’s Advice Line"),
    ],
)
def test_services_by_need(need, name):
    names = {entry.service.name for entry in support_entries("en", need=need)}
    assert name in names
    assert len(names) < SupportService.objects.count()


def test_every_need_that_the_page_offers_finds_somebody():
    field = SupportForm().fields["need"]
    assert isinstance(field, ChoiceField)
    offered = [need for need, _ in field.widget.choices]
    assert {"phone", "lgbt", "men"} <= set(offered)
    assert all(support_entries("en", need=need) for need in offered)


@pytest.mark.parametrize("language", sorted(selectors.COUNTRY_OF_LANGUAGE))
def test_the_country_that_a_language_suggests_has_somebody_who_speaks_it(language):
    country = selectors.COUNTRY_OF_LANGUAGE[language]
    services = [entry.service for entry in support_entries(language, country=country)]
    spoken = {code for each in services if each.country for code in each.languages.split()}
    assert language.partition("-")[0] in spoken


def test_countries_stand_in_the_order_of_their_names(client):
    page = client.get("/fr/support").content.decode()
    assert page.index(">Allemagne<") < page.index(">Bangladesh<") < page.index(">Turquie<")


@pytest.mark.parametrize(
    ("language", "first", "then"), [("en", "SaferNet", "HateAid"), ("fr", "HateAid", "SaferNet")]
)
def test_all_services_stand_by_country_and_then_those_for_everywhere(language, first, then):
    with override(language):
        names = [entry.service.name for entry in support_entries(language)]
    assert set(names[-2:]) == {"NCMEC Take It Down", "Internet Watch Foundation"}
    assert names.index(first) < names.index(then)


def test_an_accent_does_not_put_a_country_last():
    with override("fr"):
        names = [name for _code, name in selectors.countries()]
    assert names.index("Espagne") < names.index("États-Unis") < names.index("France")


def test_services_in_a_language():
    names = {entry.service.name for entry in support_entries("fr", need="language")}
    assert "3018" in names
    assert "HateAid" not in names


def test_french_pages_start_with_france_and_english_ones_guess_nothing(client):
    french = client.get("/fr/support").content.decode()
    assert "3018" in french
    assert "HateAid" not in french
    english = client.get("/en/support").content.decode()
    assert "3018" in english
    assert "HateAid" in english


def test_what_somebody_needs_never_stands_in_an_address(client):
    page = client.get("/en/support").content.decode()
    assert '<form class="sieve" method="post"' in page
    chosen = client.post("/en/support", {"country": "GB", "need": "phone"}).content.decode()
    assert 'href="tel:03456000459"' in chosen
    assert "HateAid" not in chosen
    assert "HateAid" in client.get("/en/support?country=GB&need=phone").content.decode()


def test_nonsense_in_the_sieve_shows_everything(client):
    page = client.post("/en/support", {"country": "ZZ", "need": "x"}).content.decode()
    assert page.count('class="card"') == SupportService.objects.count()


@pytest.mark.parametrize(
    ("days", "stale"), [(None, True), (0, False), (180, False), (181, True), (900, True)]
)
def test_a_link_nobody_checked_for_180_days_is_flagged(days, stale):
    checked = None if days is None else today() - timedelta(days=days)
    assert Platform(name="x", checked_on=checked).is_stale is stale


def test_nothing_claims_to_be_checked_before_somebody_has(client):
    assert not Platform.objects.exclude(checked_on=None).exists()
    assert "We last checked" not in client.get("/en/online").content.decode()
    Platform.objects.filter(name="Discord").update(checked_on=today())
    assert client.get("/en/online").content.decode().count("We last checked") == 1


def test_staff_mark_links_as_checked_and_the_stale_ones_come_first(admin_client):
    Platform.objects.filter(name="Bumble").update(checked_on=today())
    page = admin_client.get("/staff/cases/platform/").content.decode()
    assert page.index(">Discord<") < page.index(">Bumble<")
    stale = admin_client.get("/staff/cases/platform/?links=stale").content.decode()
    assert ">Bumble<" not in stale
    discord = Platform.objects.get(name="Discord")
    admin_client.post(
        "/staff/cases/platform/", {"action": "checked_today", "_selected_action": [discord.pk]}
    )
    discord.refresh_from_db()
    assert discord.checked_on == today()
    assert User.objects.get().logentry_set.filter(change_message__contains="checked").exists()
