"""Dates that nobody can read the wrong way round."""

DATE_FORMAT = "j F Y"
