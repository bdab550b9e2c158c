"""Victims."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Eligibility, the case form, case number and PIN, status, withdrawal."""

    name = "cases"
    verbose_name = "Cases"

    def ready(self) -> None:
        """Find the models of the directory, which has a folder of its own."""
        from cases.directory import models  # noqa: F401
