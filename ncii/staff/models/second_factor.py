"""What staff have besides a password. Neither table gives a thief of the database a code."""

import secrets
import time
from base64 import b32encode
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import models
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from ncii.lib.fields import EncryptedTextField
from ncii.lib.keyring import Keyring

ISSUER = "NCII Hash Bank"
DIGITS = 6
CODE_COUNT = 10
# 2 ** 12 seconds.
MOST_FAILURES = 13
_SYMBOLS = "abcdefghjkmnpqrstuvwxyz23456789"
_PURPOSE = "recovery code"


def _new_key() -> str:
    return secrets.token_hex(20)


class SlowedDown(ThrottlingMixin):
    """Waits after a failure, and twice as long after each more: at most an hour and some minutes.

    Without an end to the doubling, who has a password could keep its owner out for years.
    """

    class Meta:
        abstract = True

    def get_throttle_factor(self) -> float:
        """Wait this many seconds after the first failure."""
        return 1

    def throttle_increment(self, commit: bool = True) -> None:
        """Count a failure."""
        super().throttle_increment(commit=False)
        self.throttling_failure_count = min(self.throttling_failure_count, MOST_FAILURES)  # type: ignore[has-type]
        if commit:
            self.save()


class Authenticator(TimestampMixin, SlowedDown, Device):
    """An authenticator app: TOTP (RFC 6238) with SHA-1, 30 seconds and 6 digits, as apps expect.

    `key` is 160 bits in hex, encrypted at rest. `last_t` is the last step that was used: no code
    opens twice.
    """

    key = EncryptedTextField(default=_new_key)
    drift = models.SmallIntegerField(default=0)
    last_t = models.BigIntegerField(default=-1)

    def verify_token(self, token: str) -> bool:
        """Say whether the code is the present one, or one step away; failures slow down."""
        if not self.verify_is_allowed()[0]:
            return False
        totp = self.totp()
        good = token.isdecimal() and totp.verify(int(token), 1, self.last_t + 1)
        if good:
            self.last_t, self.drift = totp.t(), totp.drift
            self.throttle_reset(commit=False)
            self.set_last_used_timestamp(commit=False)
            self.save()
        else:
            self.throttle_increment(commit=True)
        return bool(good)

    def totp(self) -> TOTP:
        """Return the generator of this device's codes, at the present time."""
        totp = TOTP(bytes.fromhex(self.key), 30, 0, DIGITS, self.drift)
        totp.time = time.time()
        return totp

    @property
    def typed_key(self) -> str:
        """The key as a person types it into an app: base 32 in groups of four."""
        text = b32encode(bytes.fromhex(self.key)).decode()
        return " ".join(text[i : i + 4] for i in range(0, len(text), 4))

    @property
    def address(self) -> str:
        """What the QR code says (Google Authenticator, "Key Uri Format")."""
        label = quote(f"{ISSUER}:{self.user.get_username()}")
        fields = urlencode({"secret": self.typed_key.replace(" ", ""), "issuer": ISSUER})
        return f"otpauth://totp/{label}?{fields}"


class RecoveryCodes(SlowedDown, Device):
    """Ten codes for the day on which the phone is lost, each good once."""

    def make_codes(self) -> list[str]:
        """Replace all codes by new ones; return their texts, which are never to be had again."""
        texts = [new_code() for _ in range(CODE_COUNT)]
        ring = _ring()
        self.codes.all().delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(
                device=self,
                digest=ring.digest(_PURPOSE, str(self.user_id), plain(text)),
                digest_key_id=ring.current_id,
            )
            for text in texts
        )
        return texts

    def verify_token(self, token: str) -> bool:
        """Say whether the code is one of those left, and use it up."""
        if not self.verify_is_allowed()[0]:
            return False
        digests = [d for _, d in _ring().digests(_PURPOSE, str(self.user_id), plain(token))]
        used, _ = self.codes.filter(digest__in=digests).delete()
        if used:
            self.throttle_reset(commit=True)
        else:
            self.throttle_increment(commit=True)
        return bool(used)


class RecoveryCode(models.Model):
    """The keyed digest of one unused code: 12 symbols, 59 bits."""

    device = models.ForeignKey(RecoveryCodes, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64)
    digest_key_id = models.CharField(max_length=32)

    def __str__(self) -> str:
        return "a recovery code"


def _ring() -> Keyring:
    return Keyring.parse(settings.API_KEY_KEYS)


def new_code() -> str:
    """Return a code that a person can type: 12 symbols, 59 bits."""
    symbols = "".join(secrets.choice(_SYMBOLS) for _ in range(12))
    return "-".join(symbols[i : i + 4] for i in range(0, 12, 4))


def plain(text: str) -> str:
    """Return the code's symbols, however it was typed."""
    return "".join(c for c in text.lower() if c.isalnum())
