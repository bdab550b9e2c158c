"""The pages that tell: who takes part, the answers, the letter by hand."""

import re

import pytest

from cases.letter import GAP
from cases.questions import GROUPS
from partners.models import Partner

pytestmark = pytest.mark.django_db


def test_only_active_partners_that_agreed_are_named(client):
    Partner.objects.create(name="Agreed", named=True)
    Partner.objects.create(name="Silent")
    Partner.objects.create(name="Gone", named=True, active=False)
    page = client.get("/en/partners").content.decode()
    assert ">Agreed<" in page
    assert "Silent" not in page
    assert "Gone" not in page


def test_the_contact_is_shown_only_where_there_is_one(client, settings):
    settings.CONTACT_EMAIL = ""
    assert "mailto:" not in client.get("/en/partners").content.decode()
    settings.CONTACT_EMAIL = "join@example.org"
    for path in ("partners", "accessibility"):
        assert 'href="mailto:join@example.org"' in client.get(f"/en/{path}").content.decode()


def test_every_answer_has_an_address_and_every_link_leads_somewhere(client):
    page = client.get("/en/questions").content.decode()
    questions = [question for group in GROUPS for question in group.questions]
    assert len({question.name for question in questions}) == len(questions)
    for question in questions:
        assert page.count(f'id="{question.name}"') == 1
        assert f'href="#{question.name}"' in page
        if question.href:
            assert client.get(question.href).status_code == 200


def test_no_internal_link_of_any_page_is_broken(client):
    seen, waiting = set(), ["/en/"]
    while waiting:
        path = waiting.pop()
        if path in seen or "/exit" in path:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code in (200, 302), path
        if answer.status_code == 200 and path.startswith("/en/"):
            page = answer.content.decode()
            waiting += [
                link.split("#")[0] for link in re.findall(r'<a [^>]*href="(/en/[^"]*)"', page)
            ]
    assert len(seen) > 20


def test_the_real_address_stands_on_the_page_about_false_helpers(client, settings):
    settings.PUBLIC_ORIGIN = "https://bank.example.org"
    assert "<bdi>https://bank.example.org</bdi>" in client.get("/en/care").content.decode()


def test_the_letter_by_hand_has_all_that_the_law_asks_and_no_field_has_a_name(client):
    page = client.get("/en/letter").content.decode()
    by_hand = page.split("data-by-hand")[1].split("data-machine")[0]
    for words in (
        "Signature:",
        "The images are here:",
        "in good faith",
        "without consent",
        "You can reach me here:",
        "within 48 hours",
    ):
        assert words in by_hand
    assert by_hand.count(GAP) == 8
    form = page.split("<form")[1].split("</form>")[0]
    assert not re.search(r'\bname="', form)
    assert "csrf" not in form


def test_the_sheet_has_the_way_back_as_a_square_without_anything_of_the_case(client, settings):
    for number in range(1, 5):
        client.post(f"/en/start/{number}", {"answer": "yes"})
    page = client.get("/en/case/new").content.decode()
    sheet = page.split("data-sheet")[1].split("</section>")[0]
    assert "<bdi>http://testserver/en/status</bdi>" in sheet
    dark = re.search(r'<path d="((?:M\d+ \d+h1v1h-1z)+)"', sheet)
    assert dark is not None
    # The three corners of a QR code, with its quiet zone of four around them (ISO/IEC 18004).
    side = int(sheet.split('viewBox="0 0 ')[1].split()[0])
    for x, y in ((4, 4), (side - 11, 4), (4, side - 11)):
        for step in range(7):
            assert f"M{x + step} {y}h" in dark[1]
            assert f"M{x} {y + step}h" in dark[1]
    assert not re.search(r"M[0-3] |M\d+ [0-3]h", dark[1])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_after_a_fault_the_number_stands_and_the_pin_does_not(client, language):
    page = client.post(
        f"/{language}/status", {"number": "AB12-CD34-EF56-GH78", "pin": "84629173"}
    ).content.decode()
    assert "AB12-CD34-EF56-GH78" in page.split("<form")[1]
    assert "84629173" not in page
