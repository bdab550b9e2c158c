"""Times of people are kept to the day, so that no row says at what minute somebody came."""

from datetime import date

from django.utils import timezone


def today() -> date:
    """Return today's date in UTC."""
    return timezone.now().date()
