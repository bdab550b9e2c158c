"""The tables of partner platforms, one idea a file."""

from partners.models.accounts import BANK, ApiKey, IdempotentAnswer, Partner, Scope
from partners.models.acknowledgements import Acknowledgement
from partners.models.contributions import Contribution
from partners.models.feed import Feedback, FeedbackEntry, FeedbackValue, FeedPosition
from partners.models.rates import RateCount
from partners.models.verdicts import BankVerdict
from partners.models.webhooks import (
    Attempt,
    Delivery,
    DeliveryState,
    EndpointState,
    Event,
    WebhookEndpoint,
)

__all__ = [
    "BANK",
    "Acknowledgement",
    "ApiKey",
    "Attempt",
    "BankVerdict",
    "Contribution",
    "Delivery",
    "DeliveryState",
    "EndpointState",
    "Event",
    "FeedPosition",
    "Feedback",
    "FeedbackEntry",
    "FeedbackValue",
    "IdempotentAnswer",
    "Partner",
    "RateCount",
    "Scope",
    "WebhookEndpoint",
]
