"""Figures by day. They name no person, no platform and no hash."""

from django.db import models


class DayCount(models.Model):
    """What is counted as it happens, because no row is kept of it.

    Spread over a few rows a day, so that processes seldom wait for each other.
    """

    day = models.DateField()
    name = models.CharField(max_length=30)
    shard = models.PositiveSmallIntegerField()
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "name", "shard"], name="day_count_shard")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class DayFigure(models.Model):
    """What a day came to, written once when the day is over, and never again.

    The rows it was counted from go in time; and a figure that was published can't be told apart
    from a later one.
    """

    day = models.DateField()
    name = models.CharField(max_length=30)
    value = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "name"], name="day_figure_name")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
