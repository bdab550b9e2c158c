"""What a platform hears of staff's decision on what it reported."""

from matching.review.models import Decision, ReviewItem
from partners.models import Event, FeedbackValue
from partners.pseudonyms import hash_id
from partners.webhooks.endpoints import notify

# What a decision is in the exchange's words, signed by the bank.
VERDICT = {Decision.KEEP: FeedbackValue.BLOCKED, Decision.SUSPEND: FeedbackValue.NOT_BLOCKED}
# What platforms read: their own word, not ours for staff.
OUTCOMES = {Decision.KEEP: "kept", Decision.SUSPEND: "held_back"}


def outcome(item: ReviewItem) -> str | None:
    """Return what was decided, `kept` or `held_back`; None while nothing is."""
    return OUTCOMES[Decision(item.decision)] if item.decision else None


def tell_outcome(item: ReviewItem) -> None:
    """Ring `match.reviewed` at the platform whose report it was, if it was one's.

    It names the hash by the platform's own id, and no other platform and no person.
    """
    if item.partner is None or item.partner_id is None:
        return
    data: dict[str, object] = {
        "id": hash_id(item.partner_id, item.hash_id),
        "kind": item.kind,
        "outcome": outcome(item) or "reopened",
    }
    notify(item.partner, Event.MATCH_REVIEWED, data)
