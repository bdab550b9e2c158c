"""Passkeys: what can't be phished, because it signs for this site's name only."""

from django.db import models
from django_otp.models import Device


class Passkey(Device):
    """A WebAuthn credential: its id (base64url), public key (COSE) and use counter."""

    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    made_on = models.DateField()
