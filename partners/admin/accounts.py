"""Partners, and how far each has read."""

import unicodedata
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from hashes.selectors import feed_head
from ncii.staff.readonly import OnlyOffered, ReadOnlyInline
from ncii.staff.texts import one_line
from partners.models import BANK, FeedPosition, Partner


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


class PartnerForm(forms.ModelForm):
    """Staff, and the people whose case it is, tell partners apart by name."""

    def clean_name(self) -> str:
        """Refuse what is unseen, and a name that reads as another partner's does."""
        name: str = self.cleaned_data["name"]
        one_line(name)
        others = Partner.objects.exclude(pk=self.instance.pk).values_list("name", flat=True)
        if _as_read(name) in map(_as_read, [*others, BANK]):
            raise forms.ValidationError("There is a partner of this name.")
        return name


def _as_read(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


@admin.register(Partner)
class PartnerAdmin(OnlyOffered, admin.ModelAdmin):
    """Partners are switched off, never deleted: what people see of their case names them."""

    form = PartnerForm
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
