"""A model field whose text is encrypted at rest (Fernet under settings.FIELD_KEYS)."""

from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models

from ncii.lib.keyring import Keyring


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in Keyring.parse(settings.FIELD_KEYS).fernet_keys()])


class EncryptedTextField(models.TextField):
    """Text that a thief of the database can't read. It can't be searched."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in."""
        return _box().encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Decrypt on the way out; cryptography.fernet.InvalidToken if no key opens it."""
        return _box().decrypt(value.encode()).decode() if value else value
