"""The code with which a person enrols: a password alone must not be enough to bring a phone.

Made by who makes the account (`manage.py make_staff`, or a lead), told to the person by another way
than the password, good until it is used and for a week at most. Twelve symbols, 59 bits: guessing
it is no use.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from ncii.lib.keyring import Keyring
from ncii.staff.models import EnrolmentCode
from ncii.staff.models.second_factor import new_code, plain

VALID_FOR = timedelta(days=7)
_PURPOSE = "enrolment code"
_MARK = "staff_may_enrol"


def make_code(user: User) -> str:
    """Make the person's code, in place of an older one; return its text, never to be had again."""
    text = new_code()
    ring = _ring()
    EnrolmentCode.objects.update_or_create(
        user=user,
        defaults={
            "digest": ring.digest(_PURPOSE, str(user.pk), plain(text)),
            "digest_key_id": ring.current_id,
            "expires_at": timezone.now() + VALID_FOR,
        },
    )
    return text


def give(request: HttpRequest, user: User, text: str) -> bool:
    """Say whether the text is the person's code; this session may enrol then."""
    kept = _kept(user)
    digests = [digest for _, digest in _ring().digests(_PURPOSE, str(user.pk), plain(text))]
    fits = kept is not None and kept.digest in digests
    if kept is not None and fits:
        request.session[_MARK] = kept.digest
    return fits


def may_enrol(request: HttpRequest, user: User) -> bool:
    """Say whether this session has given the code that is in force."""
    kept = _kept(user)
    return kept is not None and request.session.get(_MARK) == kept.digest


def use_up(user: User) -> None:
    """Forget the code: it has been used, or is no longer wanted."""
    EnrolmentCode.objects.filter(user=user).delete()


def _kept(user: User) -> EnrolmentCode | None:
    return EnrolmentCode.objects.filter(user=user, expires_at__gt=timezone.now()).first()


def _ring() -> Keyring:
    return Keyring.parse(settings.API_KEY_KEYS)
