"""Partners, and how far each has read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from hashes.selectors import feed_head
from ncii.staff.readonly import OnlyOffered, ReadOnlyInline
from partners.models import FeedPosition, Partner


class PositionInline(ReadOnlyInline):
    """Each stream that the partner reads."""

    model = FeedPosition
    verbose_name_plural = "how far it has read"
    fields = ("api", "signal", "confidence", "served_seq", "passed_seq", "passed_at", "behind")

    @admin.display(description="behind by")
    def behind(self, position: FeedPosition) -> int:
        """Count the places between the feed's head and what has been handed over."""
        head = feed_head()
        return max(0, head.seq - position.served_seq) if head else 0


@admin.register(Partner)
class PartnerAdmin(OnlyOffered, admin.ModelAdmin):
    """Partners are switched off, never deleted: what people see of their case names them."""

    list_display = ("name", "active", "named", "joined_on")
    list_filter = ("active",)
    search_fields = ("name",)
    readonly_fields = ("joined_on",)
    inlines = (PositionInline,)
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Partner | None = None) -> bool:
        """Nobody."""
        return False

    def get_inlines(self, request: HttpRequest, obj: Partner | None) -> Any:
        """A partner that is only being made has read nothing."""
        return self.inlines if obj else ()
