"""Routes."""

from django.urls import include, path

from ncii.views import healthz
from partners.bench.plain import views

urlpatterns = [
    path("healthz", healthz),
    path("api/v1/", include("partners.api.urls")),
    path("v1/", include("partners.exchange.urls")),
    path("plain/columns", views.Columns.as_view()),
    path("plain/changes", views.Changes.as_view()),
    path("plain/records", views.Records.as_view()),
]
