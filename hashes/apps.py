"""The bank."""

from django.apps import AppConfig


class HashesConfig(AppConfig):
    """Signal types, hashes, claims, the change log and its publisher."""

    name = "hashes"
    verbose_name = "Bank"
