"""What staff see of cases: how many. No list, no case, no number (design, "Staff")."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

import cases.directory.admin  # noqa: F401 - registers itself
from cases.figures import cases_by_month
from ncii.staff.site import add_page


def figures(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show cases opened and withdrawn by month."""
    shown = {"months": cases_by_month(), "kept_days": settings.WITHDRAWN_CASE_DAYS}
    return TemplateResponse(request, "admin/figures.html", {**context, **shown})


add_page("figures/", "Cases by month", "cases.view_case", figures)
