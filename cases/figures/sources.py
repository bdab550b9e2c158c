"""What each figure of a day is counted from.

The large tables have no index on time, and need none: rows are numbered as time goes on, so the
first one of a day is found by halving, in some twenty look-ups by number. Numbers are given a
little before times are written, so the search begins an hour early; the days themselves are told
by the time of each row.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Avg, Count, Max, Min, QuerySet

from cases.figures.moments import SecondsBetween, UtcDay
from cases.models import Case
from hashes.models import Change, State
from matching.models import MatchReport, ReviewEntry, Step
from ncii.staff.counts import counted
from partners.models import Delivery, DeliveryState, FeedbackEntry, FeedbackValue

Days = dict[date, int]
EARLY = timedelta(hours=1)


def _by_date(field: str) -> Callable[[date, date], Days]:
    def count(first: date, last: date) -> Days:
        rows = Case.objects.filter(**{f"{field}__range": (first, last)})
        return dict(rows.values_list(field).annotate(Count("pk")).order_by(field))

    return count


def _changes(*states: State) -> Callable[[date, date], Days]:
    def count(first: date, last: date) -> Days:
        published = Change.objects.filter(seq__isnull=False)
        rows = _since(published, "seq", "published_at", first)
        return _days(rows.filter(state__in=states), "published_at", first, last)

    return count


def _reports(first: date, last: date) -> Days:
    rows = _since(MatchReport.objects.all(), "pk", "received_at", first)
    return _days(rows, "received_at", first, last)


def _verdicts(value: FeedbackValue) -> Callable[[date, date], Days]:
    def count(first: date, last: date) -> Days:
        rows = _since(FeedbackEntry.objects.all(), "pk", "at", first)
        return _days(rows.filter(value=value), "at", first, last)

    return count


def _deliveries(state: DeliveryState) -> Callable[[date, date], Days]:
    def count(first: date, last: date) -> Days:
        rows = _since(Delivery.objects.all(), "pk", "created_at", first)
        return _days(rows.filter(state=state), "created_at", first, last)

    return count


def _time_to_deliver(first: date, last: date) -> Days:
    rows = _since(Delivery.objects.all(), "pk", "created_at", first)
    done = rows.filter(delivered_at__isnull=False)
    return _seconds(done, "created_at", SecondsBetween("created_at", "delivered_at"), first, last)


def _decided() -> QuerySet[Any]:
    return ReviewEntry.objects.filter(step=Step.DECIDED)


def _reviews(first: date, last: date) -> Days:
    return _days(_since(_decided(), "pk", "at", first), "at", first, last)


def _time_to_review(first: date, last: date) -> Days:
    rows = _since(_decided(), "pk", "at", first)
    return _seconds(rows, "at", SecondsBetween("item__opened_at", "at"), first, last)


def _counted(name: str) -> Callable[[date, date], Days]:
    return lambda first, last: counted(name, first, last)


# Name of the figure, and how to count it for the days from first to last.
SOURCES: dict[str, Callable[[date, date], Days]] = {
    "cases_opened": _by_date("opened_on"),
    "cases_withdrawn": _by_date("withdrawn_on"),
    "hashes_published": _changes(State.ACTIVE),
    "hashes_withdrawn": _changes(State.WITHDRAWN, State.SUSPENDED),
    "hashes_near_known": _counted("hashes_near_known"),
    "lookups": _counted("lookups"),
    "lookups_found": _counted("lookups_found"),
    "matches": _reports,
    "verdicts_blocked": _verdicts(FeedbackValue.BLOCKED),
    "verdicts_not_blocked": _verdicts(FeedbackValue.NOT_BLOCKED),
    "deliveries": _deliveries(DeliveryState.DELIVERED),
    "deliveries_failed": _deliveries(DeliveryState.FAILED),
    "seconds_to_deliver": _time_to_deliver,
    "reviews": _reviews,
    "seconds_to_review": _time_to_review,
}


def _since(rows: Any, number: str, at: str, first: date) -> Any:
    """Return the rows from about the first one of that day on, by number."""
    moment = _start(first) - EARLY
    # One by one: asked for both ends at once, SQLite reads the whole table.
    low, last = (rows.aggregate(end=end(number))["end"] for end in (Min, Max))
    if low is None:
        return rows.none()
    high = last + 1
    while low < high:
        middle = (low + high) // 2
        next_row = rows.filter(**{f"{number}__gte": middle}).order_by(number)
        found = next_row.values_list(at, flat=True).first()
        if found is None or found >= moment:
            high = middle
        else:
            low = middle + 1
    return rows.filter(**{f"{number}__gte": low})


def _within(rows: Any, at: str, first: date, last: date) -> Any:
    until = _start(last + timedelta(days=1))
    wanted = rows.filter(**{f"{at}__gte": _start(first), f"{at}__lt": until})
    return wanted.annotate(day=UtcDay(at, tzinfo=UTC)).values_list("day").order_by("day")


def _days(rows: QuerySet[Any], at: str, first: date, last: date) -> Days:
    return dict(_within(rows, at, first, last).annotate(Count("pk")))


def _seconds(rows: QuerySet[Any], at: str, took: SecondsBetween, first: date, last: date) -> Days:
    means = _within(rows, at, first, last).annotate(mean=Avg(took))
    return {day: round(mean) for day, mean in means}


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
