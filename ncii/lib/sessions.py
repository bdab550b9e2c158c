"""Sessions in the database, which say why they could not be saved."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError

from ncii.lib.away import is_away


class SessionStore(db.SessionStore):
    """What `SESSION_ENGINE` names this module for."""

    def save(self, must_create: bool = False) -> None:
        """Save; raise UpdateError only if the session is no longer there.

        Django raises it for a full disk too, and answers 400: as if whoever asked had done wrong.
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            if error.__context__ and is_away(error.__context__):
                raise error.__context__ from None
            raise
