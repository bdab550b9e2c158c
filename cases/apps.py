"""Victims."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Eligibility, the case form, case number and PIN, status, withdrawal."""

    name = "cases"
    verbose_name = "Cases"
