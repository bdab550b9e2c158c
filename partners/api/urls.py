"""Routes."""

from django.urls import path

from partners.api.contributions import Contributions
from partners.api.describe import Description, documentation
from partners.api.export import Export
from partners.api.feed import Changes
from partners.api.keys import Key, KeyRotation, Keys
from partners.api.webhooks import Webhook, WebhookReplay, Webhooks, WebhookSecret, WebhookTest
from partners.api.withdrawals import WithdrawalAcknowledgement, Withdrawals

urlpatterns = [
    path("keys", Keys.as_view(), name="api-keys"),
    path("keys/<str:name>", Key.as_view(), name="api-key"),
    path("keys/<str:name>/rotate", KeyRotation.as_view(), name="api-key-rotate"),
    path("openapi.json", Description.as_view(), name="api-openapi"),
    path("docs", documentation, name="api-docs"),
    path("hashes", Contributions.as_view(), name="api-contributions"),
    path("hashes/export", Export.as_view(), name="api-export"),
    path("hashes/changes", Changes.as_view(), name="api-changes"),
    path("withdrawals", Withdrawals.as_view(), name="api-withdrawals"),
    path("withdrawals/ack", WithdrawalAcknowledgement.as_view(), name="api-withdrawals-ack"),
    path("webhooks", Webhooks.as_view(), name="api-webhooks"),
    path("webhooks/<str:name>", Webhook.as_view(), name="api-webhook"),
    path("webhooks/<str:name>/test", WebhookTest.as_view(), name="api-webhook-test"),
    path("webhooks/<str:name>/secret", WebhookSecret.as_view(), name="api-webhook-secret"),
    path("webhooks/<str:name>/replay", WebhookReplay.as_view(), name="api-webhook-replay"),
]
