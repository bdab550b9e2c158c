"""What platforms say of hashes, and what they said before."""

from django.contrib import admin

from ncii.staff.readonly import ReadOnly, ReadOnlyInline
from partners.models import Feedback, FeedbackEntry


class EntryInline(ReadOnlyInline):
    """The history."""

    model = FeedbackEntry
    fields = ("at", "value", "tags")
    ordering = ("at",)


@admin.register(Feedback)
class FeedbackAdmin(ReadOnly, admin.ModelAdmin):
    """One row a partner and hash: the present word."""

    list_display = ("updated_at", "partner", "hash_start", "value", "tags")
    list_filter = ("partner", "value")
    list_select_related = ("partner", "hash")
    ordering = ("-updated_at",)
    fields = ("partner_name", "hash_start", "value", "tags", "updated_at")
    inlines = (EntryInline,)

    @admin.display(description="hash")
    def hash_start(self, feedback: Feedback) -> str:
        """Show the hash without a link by its id."""
        return str(feedback.hash)

    @admin.display(description="partner")
    def partner_name(self, feedback: Feedback) -> str:
        """Show the partner by name."""
        return feedback.partner.name
