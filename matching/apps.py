"""Matching."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Hosted look-up, match reports, verdicts, staff review."""

    name = "matching"
    verbose_name = "Matching"
