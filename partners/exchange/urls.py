"""Routes."""

from django.urls import path

from partners.exchange.submission import SubmitHashes
from partners.exchange.views import FetchHashes

urlpatterns = [
    path("FetchHashes", FetchHashes.as_view(), name="exchange-fetch"),
    path("SubmitHashes", SubmitHashes.as_view(), name="exchange-submit"),
]
