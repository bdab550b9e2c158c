"""Counts of requests, where there is no Redis to count in."""

from django.db import models


class RateCount(models.Model):
    """How often something was done in the window that ends at `until`."""

    name = models.CharField(max_length=60, unique=True)
    used = models.PositiveIntegerField(default=0)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.used}"
