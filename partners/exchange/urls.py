"""Routes."""

from django.urls import path

from partners.exchange.views import FetchHashes

urlpatterns = [
    path("FetchHashes", FetchHashes.as_view(), name="exchange-fetch"),
]
