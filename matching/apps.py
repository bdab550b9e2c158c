"""Matching."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Hosted look-up, match reports, verdicts, staff review."""

    name = "matching"
    verbose_name = "Matching"

    def ready(self) -> None:
        """Look at what is about to be published."""
        from hashes.signals import publishing
        from matching.receivers import look_at_what_comes

        publishing.connect(look_at_what_comes, dispatch_uid="look_at_what_comes")
