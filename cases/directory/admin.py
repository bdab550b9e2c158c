"""The directories as staff edit them: what nobody has checked for long comes first."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from cases.directory.models import (
    COUNTRIES,
    LOOK_AGAIN_AFTER,
    Entry,
    Platform,
    PlatformWords,
    SupportService,
    SupportWords,
)
from ncii.lib.days import today
from ncii.staff.readonly import OnlyOffered


class Stale(admin.SimpleListFilter):
    """Entries whose links nobody has followed for 180 days."""

    title = "links"
    parameter_name = "links"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the two sides."""
        return [("stale", "to be checked"), ("fresh", "checked")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow to one side."""
        stale = Q(checked_on__isnull=True) | Q(checked_on__lt=today() - LOOK_AGAIN_AFTER)
        if self.value() == "stale":
            return queryset.filter(stale)
        return queryset.exclude(stale) if self.value() == "fresh" else queryset


class EntryAdmin(OnlyOffered, admin.ModelAdmin):
    """What both directories share."""

    search_fields = ("name",)
    actions = ("checked_today",)
    # What was checked longest ago, or never, comes first.
    ordering = (F("checked_on").asc(nulls_first=True), "name")

    @admin.display(description="links")
    def links(self, entry: Entry) -> str:
        """Flag what is due."""
        return "check them" if entry.is_stale else "checked"

    @admin.action(description="I have followed every link today", permissions=["change"])
    def checked_today(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Put today's date on the chosen entries."""
        entries = list(queryset.order_by("pk"))
        for entry in entries:
            entry.checked_on = today()
            entry.save(update_fields=["checked_on"])
        for entry in entries:
            self.log_change(request, entry, "Links checked.")


class WordsForm(forms.ModelForm):
    """Offers the languages of the site."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


class CountryForm(forms.ModelForm):
    """Offers the countries that the support page knows by name."""

    country = forms.ChoiceField(choices=[("", "everywhere"), *COUNTRIES.items()], required=False)


class PlatformWordsInline(admin.StackedInline):
    """How to report, by language."""

    form = WordsForm

    model = PlatformWords
    verbose_name = verbose_name_plural = "words"
    extra = 0


class SupportWordsInline(admin.StackedInline):
    """What the service does, by language."""

    form = WordsForm

    model = SupportWords
    verbose_name = verbose_name_plural = "words"
    extra = 0


@admin.register(Platform)
class PlatformAdmin(EntryAdmin):
    """Where platforms take reports."""

    list_display = ("name", "checked_on", "links")
    list_filter = (Stale,)
    inlines = (PlatformWordsInline,)


@admin.register(SupportService)
class SupportServiceAdmin(EntryAdmin):
    """Who helps, where and how."""

    form = CountryForm

    list_display = ("name", "country", "helpline", "checked_on", "links")
    list_filter = (Stale, "country")
    inlines = (SupportWordsInline,)
