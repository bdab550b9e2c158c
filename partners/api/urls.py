"""Routes."""

from django.urls import path

from partners.api.describe import Description, documentation
from partners.api.export import Export
from partners.api.feed import Changes

urlpatterns = [
    path("openapi.json", Description.as_view(), name="api-openapi"),
    path("docs", documentation, name="api-docs"),
    path("hashes/export", Export.as_view(), name="api-export"),
    path("hashes/changes", Changes.as_view(), name="api-changes"),
]
