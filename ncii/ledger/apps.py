"""The ledger as an app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """What was taken back, on its way to the file."""

    name = "ncii.ledger"
    label = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        """Write to the file what has been committed, without waiting for beat."""
        from ncii.ledger.receivers import wake_writer
        from ncii.ledger.signals import noted

        noted.connect(wake_writer, dispatch_uid="wake_ledger")
