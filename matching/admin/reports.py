"""What platforms found, as staff read it."""

from django.contrib import admin

from matching.models import MatchReport
from ncii.staff.readonly import ReadOnly


@admin.register(MatchReport)
class MatchReportAdmin(ReadOnly, admin.ModelAdmin):
    """Who found which hash, how near, and what they did."""

    list_display = ("received_at", "partner", "hash_start", "distance", "action", "matched_at")
    list_filter = ("partner", "action")
    list_select_related = ("partner", "hash")
    date_hierarchy = "received_at"
    ordering = ("-received_at",)
    fields = (
        *("partner_name", "hash_start", "distance", "action"),
        *("reference", "matched_at", "received_at"),
    )

    @admin.display(description="hash")
    def hash_start(self, report: MatchReport) -> str:
        """Show the hash without a link by its id."""
        return str(report.hash)

    @admin.display(description="partner")
    def partner_name(self, report: MatchReport) -> str:
        """Show the partner by name."""
        return report.partner.name
