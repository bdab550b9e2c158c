"""What needs somebody now, for the staff's first page."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone

from matching import index
from matching.review.selectors import held_back_by_rules, overdue

register = template.Library()


@register.simple_tag(takes_context=True)
def staff_alerts(context: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (sentence, address of the page about it) for what this person may see."""
    may = context["request"].user.has_perm
    found: list[tuple[str, str]] = []
    if may("hashes.view_hash"):
        page = reverse("admin:page_index")
        found += [(problem, page) for problem in index.health().problems]
    if may("matching.view_reviewitem"):
        page = reverse("admin:matching_reviewitem_changelist") + "?decision__exact="
        found += [(sentence, page) for sentence in _of_the_queue()]
    return found


def _of_the_queue() -> list[str]:
    held_back, since = held_back_by_rules()
    late = overdue().count()
    found = []
    if since is not None:
        hours = (timezone.now() - since).total_seconds() // 3600
        found.append(f"Held back by a rule until somebody decides: {held_back}, for {hours:.0f} h.")
    if late:
        found.append(f"Items of the review queue that are 48 hours old or more: {late}.")
    return found
