"""What the ledger tells."""

from django.dispatch import Signal

# Sent after the commit of entries that wait to be written to the file.
noted = Signal()
