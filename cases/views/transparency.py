"""Figures for everybody."""

import csv
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.figures.public import FEWEST, PUBLIC, PublicMonth, public_months
from cases.views.pages import telling
from ncii.lib.charts import Chart, bar_chart


@dataclass(frozen=True)
class Figure:
    """One figure over the months: `rows` are months, latest first, and how many in words.

    There is no `chart` where no month has a number to draw.
    """

    name: str
    title: str
    rows: list[tuple[date, str]]
    chart: Chart | None


@telling
def transparency(request: HttpRequest) -> HttpResponse:
    """Tell how much the bank is used."""
    months = public_months()
    context: dict[str, Any] = {"figures": _figures(months), "any": bool(months), "fewest": FEWEST}
    return render(request, "pages/transparency.html", context)


@require_safe
def transparency_csv(request: HttpRequest) -> HttpResponse:
    """Give the same figures as a file."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="figures.csv"'
    writer = csv.writer(answer)
    writer.writerow(["month", *PUBLIC])
    for each in public_months():
        cells = [each.counts.get(name) for name in PUBLIC]
        shown = [f"<{FEWEST}" if cell is None else cell for cell in cells]
        writer.writerow([f"{each.month:%Y-%m}", *shown])
    return answer


def _figures(months: list[PublicMonth]) -> list[Figure]:
    titles = _titles()
    labels = [date_format(each.month, "YEAR_MONTH_FORMAT") for each in reversed(months)]
    figures = []
    for name in PUBLIC:
        counts = [each.counts.get(name) for each in months]
        rows = [(each.month, _told(count)) for each, count in zip(months, counts, strict=True)]
        drawn = [count or 0 for count in reversed(counts)]
        chart = bar_chart(labels, drawn) if any(drawn) else None
        figures.append(Figure(name, titles[name], rows, chart))
    return figures


def _told(count: int | None) -> str:
    if count is None:
        return _("fewer than {n}").format(n=FEWEST)
    return number_format(count, force_grouping=True)


def _titles() -> dict[str, str]:
    return {
        "cases_opened": _("Cases opened"),
        "cases_withdrawn": _("Cases withdrawn"),
        "hashes_published": _("Fingerprints sent to platforms"),
        "hashes_withdrawn": _("Fingerprints taken back"),
        "lookups": _("Uploads that platforms asked us about"),
        "matches": _("Matches that platforms found"),
        "verdicts_blocked": _("Times a platform blocked what it found"),
        "verdicts_not_blocked": _("Times a platform did not block what it found"),
    }
