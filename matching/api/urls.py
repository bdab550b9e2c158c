"""Routes."""

from django.urls import path

from matching.api.views import HashVerdict, Matches

urlpatterns = [
    path("matches", Matches.as_view(), name="api-matches"),
    path("hashes/<str:name>/verdict", HashVerdict.as_view(), name="api-verdict"),
]
