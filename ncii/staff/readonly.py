"""Admins of what staff read and never write."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse

# What the filters of a list send, behind the name of their field.
_SENT = ("", "__exact", "__id__exact", "__isnull", "__isempty")
_DATES = ("__year", "__month", "__day")


class OnlyOffered:
    """Mixin: a list is narrowed by what it offers.

    Left to itself, Django takes any condition on a field of the table from the address, so that a
    range of row ids would show what came together, and the beginning of a value what the bank holds.
    """

    list_filter: ClassVar[Any]
    date_hierarchy: ClassVar[Any]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Say whether a filter of this list, or its calendar, sends this."""
        sent = {f"{field}{end}" for field in map(_narrows_by, self.list_filter) for end in _SENT}
        sent |= {f"{self.date_hierarchy}{end}" for end in _DATES if self.date_hierarchy}
        return lookup in sent


def _narrows_by(offered: Any) -> str:
    field = offered[0] if isinstance(offered, tuple) else offered
    return field if isinstance(field, str) else str(field.parameter_name)


class ReadOnly(OnlyOffered):
    """Mixin: looking needs the view permission; adding, changing and deleting are nobody's."""

    actions: Any = None

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    """Rows under another row. Subclasses name `model` and `fields`."""

    template = "admin/readonly_inline.html"
    extra = 0
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """All of them."""
        return self.fields


class _BySeq(ChangeList):
    def url_for_result(self, result: Model) -> str:
        """Link by the place in the feed; what has none has no page."""
        meta = self.opts
        return reverse(
            f"admin:{meta.app_label}_{meta.model_name}_change", args=[getattr(result, "seq", 0)]
        )


class BySeqAdmin(ReadOnly, admin.ModelAdmin):
    """A table of the bank, in the order of the feed, which is shuffled.

    Row ids follow the order in which people came, so neighbours in it belong to one case: no
    list is sorted by id, no address and no page contains one.
    """

    ordering = ("seq",)
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return a list whose links name places in the feed."""
        return _BySeq

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Only what has been published: the rest stands in the order of arrival."""
        return super().get_queryset(request).filter(seq__isnull=False)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any | None:
        """Find the row by its place in the feed."""
        if not object_id.isdecimal() or len(object_id) > 18:
            return None
        return self.get_queryset(request).filter(seq=int(object_id)).first()
