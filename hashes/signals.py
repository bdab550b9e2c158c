"""What the bank tells the apps above it, which it must not import."""

from django.dispatch import Signal

# Sent after the commit of each batch of published changes.
published = Signal()
