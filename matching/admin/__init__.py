"""What platforms found, as staff read it, and the queue in which they answer."""

from matching.admin import reports, review

__all__ = ["reports", "review"]
