"""The list of harmless pictures, as staff read it. Changing it takes two: matching.approvals."""

from django.contrib import admin

from matching.models import HarmlessHash
from ncii.staff.readonly import ReadOnly


@admin.register(HarmlessHash)
class HarmlessHashAdmin(ReadOnly, admin.ModelAdmin):
    """What is on the list, and what was."""

    list_display = ("label", "signal", "start", "made", "listed_at", "removed_at")
    list_filter = ("made", "signal", ("removed_at", admin.EmptyFieldListFilter))
    search_fields = ("label", "value")
    ordering = ("label", "pk")
    list_per_page = 50
    fields = (
        *("label", "signal", "value", "made", "listed_at", "removed_at", "swept"),
        *("asked", "removal_asked"),
    )

    @admin.display(description="hash")
    def start(self, row: HarmlessHash) -> str:
        """Show enough of the hash to compare two by eye."""
        return f"{row.value[:16]}…"

    @admin.display(description="listed by request")
    def asked(self, row: HarmlessHash) -> str:
        """Say which request listed it."""
        return f"number {row.approval_id}" if row.approval_id else "ships with the product"

    @admin.display(description="removed by request")
    def removal_asked(self, row: HarmlessHash) -> str:
        """Say which request removed it."""
        return f"number {row.removal_id}" if row.removal_id else ""
