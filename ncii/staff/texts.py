"""Validators of what staff type and others read."""

from django.core.exceptions import ValidationError

from ncii.lib.text import is_line, is_text


def one_line(text: str) -> None:
    """Refuse a name or label in which something is unseen: another one could look the same."""
    if not is_line(text):
        raise ValidationError("Use one line of characters that can be seen.")


def lines(text: str) -> None:
    """Refuse text in which something is unseen, or turned round."""
    if not is_text(text):
        raise ValidationError("Use characters that can be seen.")
