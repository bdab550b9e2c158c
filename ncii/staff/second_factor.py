"""Enrolling, checking and forgetting a second factor."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_otp.models import Device

from ncii.staff.models import Authenticator, Passkey, RecoveryCodes
from ncii.staff.models.second_factor import DIGITS

PENDING_FOR = timedelta(hours=1)


def hold(user: User) -> None:
    """Let what else the person does about a second factor wait until this transaction's end."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def is_enrolled(user: User) -> bool:
    """Say whether the person has confirmed an authenticator."""
    return bool(Authenticator.objects.filter(user=user, confirmed=True).exists())


@transaction.atomic
def pending(user: User) -> Authenticator:
    """Return the authenticator that the person is setting up: the same for an hour, in every tab.

    Not for longer: its key may have been seen by whoever sat here then.
    """
    hold(user)
    begun = Authenticator.objects.filter(user=user, confirmed=False)
    begun.exclude(created_at__gt=timezone.now() - PENDING_FOR).delete()
    device: Authenticator | None = begun.first()
    if device is None:
        device = Authenticator.objects.create(user=user, name="app", confirmed=False)
    return device


@transaction.atomic
def confirm(user: User, code: str) -> tuple[Authenticator, list[str]] | None:
    """Take the pending authenticator into use if the code is its own; None otherwise.

    It replaces an older one, whose sessions end. Returns the device and ten fresh recovery codes.
    """
    device = Authenticator.objects.select_for_update().get(pk=pending(user).pk)
    if not device.verify_token(_digits(code)):
        return None
    Authenticator.objects.filter(user=user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    # A new one, so that sessions end which the old codes opened.
    RecoveryCodes.objects.filter(user=user).delete()
    codes = RecoveryCodes.objects.create(user=user, name="codes")
    return device, codes.make_codes()


@transaction.atomic
def check(user: User, text: str) -> Device | None:
    """Return the person's device that the text opens: an app's code, or a recovery code."""
    kind = Authenticator if len(_digits(text)) == DIGITS else RecoveryCodes
    device = kind.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is not None and device.verify_token(_digits(text) or text):
        return device
    return None


def codes_left(user: User) -> int:
    """Return how many recovery codes have not been used."""
    device = RecoveryCodes.objects.filter(user=user).first()
    return device.codes.count() if device else 0


@transaction.atomic
def forget(user: User) -> None:
    """Let the person enrol anew at their next login."""
    hold(user)
    Authenticator.objects.filter(user=user).delete()
    RecoveryCodes.objects.filter(user=user).delete()
    Passkey.objects.filter(user=user).delete()


def _digits(text: str) -> str:
    """Return the digits of what can be an app's code, written with or without a space."""
    bare = text.replace(" ", "")
    return bare if bare.isascii() and bare.isdecimal() else ""
