"""Every door of the house."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from ncii import views
from ncii.metrics import metrics
from ncii.readiness import readyz

handler400 = "ncii.views.bad_request"
handler403 = "ncii.views.forbidden"
handler404 = "ncii.views.not_found"
handler500 = "ncii.views.failed"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("staff/", admin.site.urls),
    path("api/v1/", include("partners.api.urls")),
    path("api/v1/", include("matching.api.urls")),
    path("v1/", include("partners.exchange.urls")),
    path("v1/", include("matching.exchange_urls")),
    *i18n_patterns(path("", include("cases.urls"))),
]
