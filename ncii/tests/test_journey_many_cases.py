"""While many cases come in: the browser proves its work unasked, and who is slowed loses nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis
from playwright.sync_api import Page, Route, expect

from ncii.tests.pictures import pictures
from ncii.tests.stack import Stack
from ncii.tests.victim import Victim
from ncii.tests.watch import Watch

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """A product that is never calm, and takes two cases an hour from an address."""
    with Stack({"INTAKE_CALM": "0", "INTAKE_PER_HOUR": "2"}, web_workers=1) as running:
        yield running


@pytest.fixture(autouse=True)
def _an_hour_later(stack: Stack) -> None:
    """The counts are in Redis or in the web process; an hour later they are gone."""
    if stack.on_postgres:
        redis.Redis.from_url(stack.env["REDIS_URL"]).flushdb()
    else:
        stack.restart("web")


def answers(watch: Watch) -> list[int]:
    sent = [r for r in watch.requests if r.method == "POST" and r.url.endswith("/case/new")]
    return [answer.status for r in sent if (answer := r.response())]


def test_work_is_done_without_a_question_and_told_politely(
    page: Page, watch: Watch, victim: Victim
) -> None:
    victim.prepare(pictures()[:1])
    page.evaluate(
        """() => {
            const status = document.querySelector("[data-status]");
            window.told = [];
            new MutationObserver(() => window.told.push(status.textContent))
                .observe(status, {childList: true});
        }"""
    )
    focus = "document.activeElement.id"
    before = page.evaluate(focus) or "send"
    number = victim.send()
    assert answers(watch) == [428, 201]
    assert any("a few seconds more" in told for told in page.evaluate("window.told"))
    assert before == "send"
    assert any(r.url.endswith("/work-worker.js") for r in watch.requests)
    victim.enter(number)


def test_the_worker_has_no_network(page: Page, stack: Stack, victim: Victim) -> None:
    victim.answer_yes()
    with page.expect_worker() as started:
        page.evaluate(
            """async () => {
                const script = document.querySelector('script[src$="/case.js"]').src;
                window.kept = new Worker(script.replace("case.js", "work-worker.js"));
            }"""
        )
    outcome = started.value.evaluate("fetch('/healthz').then(() => 'let through', () => 'refused')")
    assert outcome == "refused"


def test_a_lost_answer_after_the_work_makes_no_second_case(
    page: Page, watch: Watch, victim: Victim
) -> None:
    victim.prepare(pictures()[:1])
    opened = []

    def lose_the_answer(route: Route) -> None:
        answer = route.fetch()
        if answer.status == 428:
            route.fulfill(response=answer)
            return
        opened.append(answer.json()["case_number"])
        route.abort()

    page.route("**/case/new", lose_the_answer)
    page.locator("#send").click()
    expect(page.locator("[data-wrongs]")).to_contain_text("We could not reach the site")
    page.unroute("**/case/new")
    assert [victim.send()] == opened
    assert answers(watch)[-1] == 201


def test_who_is_slowed_keeps_everything_and_can_send_later(
    page: Page, stack: Stack, watch: Watch, victim: Victim
) -> None:
    for files in (pictures()[:1], pictures()[1:2]):
        victim.open_case(files)
        page.once("dialog", lambda dialog: dialog.accept())
    victim.prepare(pictures()[2:])
    page.locator("#send").click()
    expect(page.locator("[data-wrongs]")).to_contain_text("Nothing is lost")
    expect(page.locator("[data-check-files] li")).to_have_count(1)
    assert answers(watch)[-1] == 429
    if stack.on_postgres:
        redis.Redis.from_url(stack.env["REDIS_URL"]).flushdb()
    else:
        stack.restart("web")
    victim.send()
