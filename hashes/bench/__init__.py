"""Measurements of this app, run by `make bench`."""
