"""What the bank tells: apps above it, which it must not import, and its own publisher."""

from django.dispatch import Signal

# Sent after the commit of changes that wait for the publisher.
logged = Signal()

# Sent after the commit of each batch of published changes.
published = Signal()
