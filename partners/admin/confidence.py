"""Why a hash has the confidence that it has, on the bank's own page of it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from hashes.admin import HashAdmin
from hashes.models import Hash
from partners.confidence import explain, words_on

admin.site.unregister(Hash)


@admin.register(Hash)
class JudgedHashAdmin(HashAdmin):
    """The bank's page, with what the bank below can't know: who says what of the hash."""

    def get_fields(self, request: HttpRequest, obj: Hash | None = None) -> Any:
        """Add why, and who."""
        return (*HashAdmin.fields, "why", "said")

    @admin.display(description="why this confidence")
    def why(self, held: Hash) -> str:
        """Give the rule that made it."""
        return explain(held).why

    @admin.display(description="who says what")
    def said(self, held: Hash) -> str:
        """List what partners read in the feed."""
        words = words_on([held.pk]).get(held.pk, [])
        return ", ".join(f"{word.source}: {word.value}" for word in words) or "nobody anything"
