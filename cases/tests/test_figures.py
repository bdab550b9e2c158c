"""Figures come from real rows, stay when the rows go, and name nobody."""

import csv
import io
import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from cases.figures.days import figures_by_day, note_days
from cases.figures.public import FEWEST, PUBLIC, public_months, rounded
from cases.figures.sources import SOURCES
from cases.models import Case
from cases.numbers import issue_token
from cases.services import FileInput, open_case, withdraw_case
from hashes.models import Change, Hash
from hashes.publisher import publish
from hashes.services import SignalClaim
from matching.models import MatchReport
from ncii.lib.charts import HEIGHT, WIDTH, bar_chart
from ncii.lib.days import today
from ncii.staff.counts import count, counted
from ncii.staff.models import DayCount, DayFigure
from partners.models import FeedbackValue, Partner
from partners.services import record_feedback
from partners.webhooks.endpoints import add_endpoint, send_test

pytestmark = pytest.mark.django_db


def _open(number: int) -> Case:
    claim = SignalClaim("VideoMD5", f"{number:032x}"[::-1], "original")
    open_case(issue_token(), "728193", [FileInput("video", (claim,))])
    return Case.objects.latest("pk")


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


@pytest.fixture
def yesterday() -> date:
    return today() - timedelta(days=1)


@pytest.fixture
def partner() -> Partner:
    return Partner.objects.create(name="Kiosk")


def test_each_figure_counts_the_rows_of_its_days(partner: Partner, yesterday: date) -> None:
    for number in range(3):
        _open(number)
    withdraw_case(Case.objects.earliest("pk"))
    publish()
    held = Hash.objects.filter(published_state="Active").earliest("pk")
    for on in (yesterday, yesterday, today()):
        at = _moment(on)
        MatchReport.objects.create(
            partner=partner, hash=held, distance=4, matched_at=at, received_at=at, action="none"
        )
    record_feedback(partner, held, FeedbackValue.BLOCKED)
    count(lookups=7, lookups_found=2, hashes_near_known=1)

    _, table = figures_by_day(30)

    day = today()
    found = {name: table[name].get(day, 0) for name in table}
    assert (
        found
        | {
            "cases_opened": 3,
            "cases_withdrawn": 1,
            "hashes_published": 3,
            "hashes_near_known": 1,
            "hashes_withdrawn": 1,
            "matches": 1,
            "verdicts_blocked": 1,
            "lookups": 7,
            "lookups_found": 2,
        }
        == found
    )
    assert table["matches"][yesterday] == 2
    assert sum(table["reviews"].values()) == 0


def test_rows_of_long_ago_are_left_out_however_they_are_numbered(yesterday: date) -> None:
    for number in range(40):
        _open(number)
    publish()
    for change in Change.objects.order_by("seq"):
        Change.objects.filter(pk=change.pk).update(
            published_at=_moment(today() - timedelta(days=40 - (change.seq or 0)))
        )

    days = SOURCES["hashes_published"](yesterday - timedelta(days=8), yesterday)

    assert days == {yesterday - timedelta(days=n): 1 for n in range(9)}


def test_the_mean_time_to_deliver(partner: Partner) -> None:
    endpoint, _ = add_endpoint(partner, "https://hooks.example/x")
    for seconds in (10, 20):
        delivery = send_test(endpoint)
        delivery.delivered_at = delivery.created_at + timedelta(seconds=seconds)
        delivery.state = "delivered"
        delivery.save()

    _, table = figures_by_day(30)

    assert table["seconds_to_deliver"][today()] == 15
    assert table["deliveries"][today()] == 2


def test_what_a_day_came_to_stays_when_its_rows_go(yesterday: date) -> None:
    _open(1)
    Case.objects.update(opened_on=yesterday)
    assert note_days() > 0
    Case.objects.all().delete()

    _, table = figures_by_day(30)

    assert table["cases_opened"][yesterday] == 1
    assert note_days() == 0


def test_a_day_is_written_down_once(yesterday: date) -> None:
    note_days()
    before = list(DayFigure.objects.values())
    _open(1)
    Case.objects.update(opened_on=yesterday)

    note_days()

    assert list(DayFigure.objects.values()) == before


def test_a_longer_span_asks_no_more_of_the_database() -> None:
    _open(1)
    publish()
    note_days()
    costs = []
    for days in (30, 365):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            figures_by_day(days)
        costs.append(len(asked))

    assert costs[0] == costs[1] < 60


@pytest.mark.parametrize("at", [time(), time(0, 0, 0, 1), time(23, 59, 59, 999_999)])
def test_a_day_begins_and_ends_at_midnight_utc(partner: Partner, yesterday: date, at: time) -> None:
    _open(1)
    publish()
    moment = datetime.combine(yesterday, at, UTC)
    MatchReport.objects.create(
        partner=partner,
        hash=Hash.objects.get(),
        distance=4,
        matched_at=moment,
        received_at=moment,
        action="none",
    )

    assert SOURCES["matches"](yesterday - timedelta(days=3), today()) == {yesterday: 1}


def test_look_ups_are_counted_in_one_statement() -> None:
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            count(lookups=5, lookups_found=2)
        assert len(asked) == 1
    assert counted("lookups", today(), today()) == {today(): 10}
    assert counted("lookups_found", today(), today()) == {today(): 4}

    with CaptureQueriesContext(connection) as asked:
        count(lookups=0)
    assert len(asked) == 0


def test_counts_name_no_platform() -> None:
    count(lookups=3)
    count(lookups=4, lookups_found=0)

    assert counted("lookups", today(), today()) == {today(): 7}
    assert counted("lookups_found", today(), today()) == {}
    assert {f.name for f in DayCount._meta.fields} == {"id", "day", "name", "shard", "count"}


# The figures for everybody.


def _months(opened: dict[str, int]) -> None:
    """Write whole months down: the days' sum is the given count."""
    for text, total in opened.items():
        month = date.fromisoformat(f"{text}-01")
        day = month
        while day.month == month.month:
            for name in PUBLIC:
                DayFigure.objects.create(day=day, name=name, value=0)
            day += timedelta(days=1)
        DayFigure.objects.filter(day=month, name="cases_opened").update(value=total)


def test_small_counts_are_not_told(client: Client) -> None:
    _months({"2026-01": 9, "2026-02": 1237, "2026-03": 0})

    page = " ".join(client.get("/en/figures").content.decode().split())

    assert "February 2026</th><td>1,240</td>" in page
    assert "January 2026</th><td>fewer than 10</td>" in page
    assert "March 2026</th><td>fewer than 10</td>" in page
    assert "1237" not in page
    assert "1,237" not in page


def test_a_month_that_is_not_over_is_not_shown() -> None:
    _months({"2026-01": 50, "2026-02": 50})
    DayFigure.objects.filter(day=date(2026, 2, 28)).delete()

    assert [each.month for each in public_months()] == [date(2026, 1, 1)]


def test_a_month_of_which_the_beginning_is_unknown_is_not_shown() -> None:
    _months({"2026-01": 50, "2026-02": 50})
    DayFigure.objects.filter(day=date(2026, 1, 1)).delete()

    assert [each.month for each in public_months()] == [date(2026, 2, 1)]


def test_the_file_says_what_the_page_says(client: Client) -> None:
    _months({"2026-01": 9, "2026-02": 44})

    rows = list(csv.DictReader(io.StringIO(client.get("/en/figures.csv").content.decode())))

    assert [(row["month"], row["cases_opened"]) for row in rows] == [
        ("2026-02", "40"),
        ("2026-01", "<10"),
    ]
    assert set(rows[0]) == {"month", *PUBLIC}


def test_a_figure_without_a_number_is_not_drawn(client: Client) -> None:
    _months({"2026-01": 9, "2026-02": 44})

    page = client.get("/en/figures").content.decode()

    assert page.count("<table") == len(PUBLIC)
    assert page.count('<svg class="chart__bars"') == 1


def test_without_figures_the_page_says_so(client: Client) -> None:
    assert "There are no figures yet" in client.get("/en/figures").content.decode()


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_one_person_more_or_less_hardly_ever_shows(count: int, other: int) -> None:
    told = rounded(count)

    assert (
        told is None if count < FEWEST else (told or 0) % 10 == 0 and abs((told or 0) - count) <= 5
    )
    # Two counts that are told the same can't be told apart by anything else that is told.
    if rounded(other) == told:
        assert abs(count - other) < 10


# The staff's page.


def test_the_dashboard_shows_and_gives_the_figures(admin_client: Client, partner: Partner) -> None:
    _open(1)
    publish()

    page = admin_client.get("/staff/figures/").content.decode()
    rows = list(
        csv.DictReader(
            io.StringIO(admin_client.get("/staff/figures/?days=90&csv=1").content.decode())
        )
    )

    assert page.count('<svg class="chart__bars"') == 7
    assert "Kiosk" in page
    assert len(rows) == 90
    assert rows[-1]["day"] == today().isoformat()
    assert rows[-1]["cases_opened"] == "1"


@pytest.mark.parametrize("path", ["/staff/figures/?days=90&csv=1", "/en/figures.csv"])
def test_no_cell_of_a_file_is_a_formula(admin_client: Client, partner: Partner, path: str) -> None:
    Partner.objects.update(name="=1+1")
    _open(1)
    publish()

    cells = re.split(r"[,\r\n]+", admin_client.get(path).content.decode().strip())

    assert len(cells) > len(PUBLIC)
    assert [cell for cell in cells if not re.fullmatch(r"<?[a-z0-9][a-z0-9_-]*", cell)] == []


@pytest.mark.parametrize("values", [[], [0, 0], [1], [3, 12, 0, 999]])
def test_bars_fill_the_chart_and_no_more(values: list[int]) -> None:
    chart = bar_chart([str(n) for n in range(len(values))], values)

    assert chart.top >= max(values, default=0)
    for bar, value in zip(chart.bars, values, strict=True):
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH + 0.1
        assert bar.height == pytest.approx(HEIGHT * value / chart.top, abs=0.1)
        assert bar.y + bar.height == pytest.approx(HEIGHT, abs=0.1)
