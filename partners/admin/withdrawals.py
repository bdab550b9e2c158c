"""The staff's page on withdrawals that a platform has left lying: whose, how many, since when."""

from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from ncii.staff.site import add_page
from partners.models import Partner
from partners.withdrawals import tombstones_overdue

SHOWN = 20


def overdue_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show each active platform that is overdue, the longest waiting first."""
    partners = Partner.objects.filter(active=True).order_by("name")
    late = [line for partner in partners if (line := _line(partner))]
    late.sort(key=lambda line: line["since"])
    shown = {"late": late, "sees_hashes": request.user.has_perm("hashes.view_hash")}
    return TemplateResponse(request, "admin/overdue_withdrawals.html", {**context, **shown})


def _line(partner: Partner) -> dict[str, Any] | None:
    rows = tombstones_overdue(partner)
    found = rows.aggregate(count=Count("pk"), since=Min("published_at"))
    if not found["count"]:
        return None
    tombstones = list(rows[:SHOWN])
    more = found["count"] - len(tombstones)
    return {"partner": partner, "tombstones": tombstones, "more": more, **found}


add_page("withdrawals/", "Overdue withdrawals", "partners.view_feedposition", overdue_page)
