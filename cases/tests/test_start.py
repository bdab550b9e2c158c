"""The questions before a case: one a page, none skipped, and each "no" has a way forward."""

import pytest
from django.test import Client

from cases.eligibility import QUESTIONS

pytestmark = pytest.mark.django_db


def answer(client: Client, number: int, value: str | None):
    data = {} if value is None else {"answer": value}
    return client.post(f"/en/start/{number}", data)


def test_four_times_yes_leads_to_the_case_page(client):
    for number in range(1, 4):
        assert answer(client, number, "yes").url == f"/en/start/{number + 1}"
    assert answer(client, 4, "yes").url == "/en/case/new"
    assert client.get("/en/case/new").status_code == 200


@pytest.mark.parametrize("number", range(1, 5))
def test_no_leads_to_another_way_forward_with_links_that_work(client, number):
    for before in range(1, number):
        answer(client, before, "yes")
    response = answer(client, number, "no")
    assert response.url == f"/en/start/{number}/more"
    page = client.get(response.url)
    assert page.status_code == 200
    assert b'href="/en/support"' in page.content


def test_the_page_for_people_under_18_names_the_three_services(client):
    page = client.get("/en/start/2/more").content.decode()
    for service in ("takeitdown.ncmec.org", "childline.org.uk/remove", "report.iwf.org.uk"):
        assert service in page


def test_a_no_closes_the_case_page_again(client):
    for number in range(1, 5):
        answer(client, number, "yes")
    answer(client, 2, "no")
    assert client.get("/en/case/new").url == "/en/start"
    assert client.get("/en/start/3").url == "/en/start/2"


def test_no_question_can_be_skipped(client):
    assert client.get("/en/start/3").url == "/en/start/1"
    assert client.get("/en/case/new").url == "/en/start"


@pytest.mark.parametrize("value", [None, "", "maybe"])
def test_without_an_answer_the_question_says_so_and_stays(client, value):
    response = answer(client, 1, value)
    assert response.status_code == 422
    page = response.content.decode()
    assert "data-wrongs" in page
    assert page.count("Choose “yes” or “no” to go on") == 2
    assert 'href="#id_answer_0"' in page
    assert 'id="id_answer_0"' in page


@pytest.mark.parametrize("number", [0, 5, 99])
def test_other_numbers_are_no_question(client, number):
    assert client.get(f"/en/start/{number}").status_code == 404
    assert client.get(f"/en/start/{number}/more").status_code == 404


def test_the_session_keeps_how_far_and_no_answer(client):
    answer(client, 1, "yes")
    answer(client, 2, "no")
    assert dict(client.session) == {"questions_passed": 1}
    assert len(QUESTIONS) == 4
