"""What platforms found, as staff read it, and the queue in which they answer."""

from matching.admin import index_page, reports, review

__all__ = ["index_page", "reports", "review"]
