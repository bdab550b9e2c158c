"""What staff see of cases: how many. No list, no case, no number (design, "Staff")."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

import cases.directory.admin  # noqa: F401 - registers itself
from cases.figures.cases import cases_by_month
from cases.figures.charts import as_csv, panels, partners_now, standing_now
from cases.figures.days import figures_by_day
from ncii.staff.site import add_page

SPANS = (30, 90, 365)


def figures(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the figures of the last days, how things stand, and cases by month."""
    asked = request.GET.get("days", "")
    span = int(asked) if asked in map(str, SPANS) else SPANS[0]
    days, table = figures_by_day(span)
    if "csv" in request.GET:
        return as_csv(days, table)
    shown = {
        "spans": SPANS,
        "span": span,
        "panels": panels(days, table),
        "now": standing_now(),
        "partners": partners_now(),
        "months": cases_by_month(),
        "kept_days": settings.WITHDRAWN_CASE_DAYS,
    }
    return TemplateResponse(request, "admin/figures.html", {**context, **shown})


add_page("figures/", "Figures", "cases.view_case", figures)
