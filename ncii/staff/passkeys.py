"""Adding and using passkeys (W3C, "Web Authentication Level 3"); the cryptography is py_webauthn's.

A ceremony has two halves: options with a challenge go to the browser, its answer comes back. Answers
are JSON texts as `PublicKeyCredential.toJSON()` makes them.
"""

import json
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from ncii.lib.days import today
from ncii.staff.models import Passkey
from ncii.staff.models.second_factor import ISSUER
from ncii.staff.second_factor import hold, is_enrolled

MOST = 10
_NONSENSE = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError)
_LONGEST_ID = Passkey._meta.get_field("credential_id").max_length or 0


@dataclass(frozen=True)
class Site:
    """Who asks: the host's name without port, and the origin with scheme and port."""

    name: str
    origin: str


@dataclass(frozen=True)
class Ceremony:
    """`options` as JSON for the browser; `challenge` (base64url) to be kept until the answer."""

    options: str
    challenge: str


def begin_adding(user: User, site: Site) -> Ceremony:
    """Return what the browser needs to make a new passkey."""
    options = generate_registration_options(
        rp_id=site.name,
        rp_name=ISSUER,
        user_name=user.get_username(),
        user_id=str(user.pk).encode(),
        exclude_credentials=_descriptors(user),
        authenticator_selection=AuthenticatorSelectionCriteria(
            user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return Ceremony(options_to_json(options), bytes_to_base64url(options.challenge))


@transaction.atomic
def finish_adding(user: User, name: str, answer: str, challenge: str, site: Site) -> Passkey | None:
    """Keep the passkey that the browser made; None for an answer that is not to this challenge."""
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.name,
            expected_origin=site.origin,
        )
    except _NONSENSE:
        return None
    credential_id = bytes_to_base64url(made.credential_id)
    # Whoever adds several at once waits here, so that they are counted; and all may have been
    # forgotten meanwhile.
    hold(user)
    if not is_enrolled(user):
        return None
    if Passkey.objects.filter(user=user).count() >= MOST or len(credential_id) > _LONGEST_ID:
        return None
    passkey, is_new = Passkey.objects.get_or_create(
        credential_id=credential_id,
        defaults={
            "user": user,
            "name": name[:64] or "passkey",
            "public_key": made.credential_public_key,
            "sign_count": made.sign_count,
            "made_on": today(),
        },
    )
    return passkey if is_new else None


def begin_using(user: User, site: Site) -> Ceremony | None:
    """Return what the browser needs to sign with one of the person's passkeys; None without any."""
    known = _descriptors(user)
    if not known:
        return None
    options = generate_authentication_options(rp_id=site.name, allow_credentials=known)
    return Ceremony(options_to_json(options), bytes_to_base64url(options.challenge))


@transaction.atomic
def finish_using(user: User, answer: str, challenge: str, site: Site) -> Passkey | None:
    """Return the person's passkey that signed the challenge, None for anything else."""
    try:
        credential_id = str(json.loads(answer)["id"])
        # Compared here: what the browser sends may hold what a database takes for an error.
        mine: list[Passkey] = list(Passkey.objects.select_for_update().filter(user=user))
        passkey = next((each for each in mine if each.credential_id == credential_id), None)
        if passkey is None:
            return None
        used = verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
        )
    except _NONSENSE:
        return None
    passkey.sign_count = used.new_sign_count
    passkey.save(update_fields=["sign_count"])
    return passkey


def _descriptors(user: User) -> list[PublicKeyCredentialDescriptor]:
    ids = Passkey.objects.filter(user=user).values_list("credential_id", flat=True)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(text)) for text in ids]
