"""Staff's rooms for platforms: accounts, keys, webhooks, and what platforms say."""

from partners.admin import accounts, confidence, feedback, keys, webhooks, withdrawals

__all__ = ["accounts", "confidence", "feedback", "keys", "webhooks", "withdrawals"]
