"""Routes."""

from django.urls import path

from matching.exchange_views import SubmitFeedback

urlpatterns = [
    path("SubmitFeedback", SubmitFeedback.as_view(), name="exchange-feedback"),
]
