"""What staff see of the bank: hashes and the change log. Nothing here can be written."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

import hashes.approvals  # noqa: F401 - registers itself
from hashes.models import Change, Hash
from ncii.staff.readonly import BySeqAdmin


@admin.register(Hash)
class HashAdmin(BySeqAdmin):
    """Found by its exact value only: a search by part would be a way to browse the bank."""

    list_display = ("short", "signal", "state", "published_state", "confidence", "seq")
    list_filter = ("signal", "state", "confidence", "suspended")
    search_fields = ("value",)
    search_help_text = "The whole hash, in hexadecimal digits."
    fields = (
        *("signal", "value", "state", "suspended", "confidence"),
        *("seq", "published_state", "published_at", "held_by", "held_back_by"),
    )

    @admin.display(description="hash")
    def short(self, held: Hash) -> str:
        """Show enough of the value to compare two by eye."""
        return f"{held.value[:16]}…"

    @admin.display(description="active claims")
    def held_by(self, held: Hash) -> str:
        """Say how many claims each kind of source holds on it now, never whose."""
        claims = held.claims.filter(withdrawn_on__isnull=True)
        by_source = claims.values_list("source").annotate(Count("pk")).order_by("source")
        return ", ".join(f"{source}: {count}" for source, count in by_source) or "none"

    @admin.display(description="held back because")
    def held_back_by(self, held: Hash) -> str:
        """List what holds it back, and since when."""
        rows = held.suspensions.order_by("since", "pk")
        return "; ".join(f"{row.since:%Y-%m-%d %H:%M}: {row.why}" for row in rows) or "it is not"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Match the exact value, in any case, with space around it."""
        wanted = search_term.strip().lower()
        return (queryset.filter(value=wanted) if wanted else queryset), False


@admin.register(Change)
class ChangeAdmin(BySeqAdmin):
    """The feed's log as it was published."""

    list_display = ("seq", "hash_start", "state", "published_at")
    list_filter = ("state",)
    list_select_related = ("hash",)
    fields = ("seq", "hash_start", "state", "published_at")
    ordering = ("-seq",)

    @admin.display(description="hash")
    def hash_start(self, change: Change) -> str:
        """Show the hash without a link by its id."""
        return str(change.hash)
