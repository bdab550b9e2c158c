"""Routes."""

from django.urls import path

from matching.api.disputes import HashDispute
from matching.api.lookup import Lookup
from matching.api.views import HashVerdict, Matches

urlpatterns = [
    path("hashes/lookup", Lookup.as_view(), name="api-lookup"),
    path("matches", Matches.as_view(), name="api-matches"),
    path("hashes/<str:name>/verdict", HashVerdict.as_view(), name="api-verdict"),
    path("hashes/<str:name>/dispute", HashDispute.as_view(), name="api-dispute"),
]
