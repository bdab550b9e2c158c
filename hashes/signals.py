"""What the bank tells: apps above it, which it must not import, and its own publisher."""

from django.dispatch import Signal

# Sent after the commit of changes that wait for the publisher.
logged = Signal()

# Sent inside the publisher's transaction with `hashes` (hashes.publisher.Waiting), locked, that
# partners are about to see. A receiver may hold some back (hashes.services.suspend), and returns
# True if it did.
publishing = Signal()

# Sent after the commit of each batch of published changes.
published = Signal()
