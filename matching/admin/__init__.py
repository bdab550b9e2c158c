"""What platforms found, as staff read it, and the queue in which they answer."""

import matching.approvals  # noqa: F401 - registers itself
from matching.admin import harmless, index_page, reports, review

__all__ = ["harmless", "index_page", "reports", "review"]
