"""Entries of the two directories, their words in each language, and when somebody last looked."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ncii.lib.days import today

LOOK_AGAIN_AFTER = timedelta(days=180)
COUNTRIES = {
    "AU": _("Australia"),
    "BD": _("Bangladesh"),
    "BR": _("Brazil"),
    "CA": _("Canada"),
    "FR": _("France"),
    "DE": _("Germany"),
    "HU": _("Hungary"),
    "IN": _("India"),
    "ID": _("Indonesia"),
    "IE": _("Ireland"),
    "IT": _("Italy"),
    "NL": _("Netherlands"),
    "PK": _("Pakistan"),
    "PL": _("Poland"),
    "ES": _("Spain"),
    "SE": _("Sweden"),
    "TR": _("Türkiye"),
    "GB": _("United Kingdom"),
    "US": _("United States"),
}


class Entry(models.Model):
    """What both directories have. `checked_on`: the day a person last followed its links."""

    name = models.CharField(max_length=80, unique=True)
    source = models.CharField(max_length=200, help_text="Where these facts are from.")
    checked_on = models.DateField(
        "last checked", null=True, blank=True, help_text="The day you followed every link."
    )

    class Meta:
        abstract = True
        ordering = [Lower("name")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_stale(self) -> bool:
        """Say whether nobody has followed the links for 180 days, or ever."""
        return self.checked_on is None or today() - self.checked_on > LOOK_AGAIN_AFTER


class Platform(Entry):
    """A platform, and where it takes reports of intimate images."""

    report_url = models.URLField("where to report")
    safety_url = models.URLField("safety centre", blank=True)

    class Meta(Entry.Meta):
        app_label = "cases"


class SupportService(Entry):
    """An organisation that helps. `country` is empty for one that helps everywhere."""

    country = models.CharField(max_length=2, blank=True)
    helpline = models.CharField("number to call", max_length=30, blank=True)
    url = models.URLField("web site")
    languages = models.CharField(max_length=80, help_text="Codes with spaces between: en fr")
    legal = models.BooleanField("helps with the law", default=False)
    under_18 = models.BooleanField("for under 18", default=False)
    lgbt = models.BooleanField("names LGBTQ+ people as welcome", default=False)
    men = models.BooleanField("names men as welcome", default=False)

    class Meta(Entry.Meta):
        app_label = "cases"

    @property
    def dial(self) -> str:
        """Return the number as a tel: address wants it."""
        return "".join(c for c in self.helpline if c.isdigit() or c == "+")


class Words(models.Model):
    """An entry's text in one language; English stands in where a language is missing."""

    language = models.CharField(max_length=10)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.language


class PlatformWords(Words):
    """`steps`: one step a line."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="words")
    steps = models.TextField(help_text="How to report, one step a line.")

    class Meta:
        app_label = "cases"
        constraints = [
            models.UniqueConstraint(fields=["platform", "language"], name="platform_words_once")
        ]


class SupportWords(Words):
    """What the service does, and when it can be reached."""

    service = models.ForeignKey(SupportService, on_delete=models.CASCADE, related_name="words")
    about = models.TextField(help_text="What it does, in a sentence or two.")
    hours = models.CharField(max_length=120, blank=True)

    class Meta:
        app_label = "cases"
        constraints = [
            models.UniqueConstraint(fields=["service", "language"], name="support_words_once")
        ]
