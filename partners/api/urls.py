"""Routes."""

from django.urls import path

from partners.api.feed import Changes

urlpatterns = [
    path("hashes/changes", Changes.as_view(), name="api-changes"),
]
