"""Platforms."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Accounts, API keys, the feed, the StopNCII exchange, webhooks and their delivery."""

    name = "partners"
    verbose_name = "Partners"

    def ready(self) -> None:
        """Ring partners when the bank has published something."""
        from hashes.signals import published
        from partners.receivers import ring_partners

        published.connect(ring_partners, dispatch_uid="ring_partners")
