"""`manage.py set_up_demo`: what `make run` needs to show the product to somebody."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from ncii.lib.outbound import Refused, check_url
from partners.keys import opens, public_id_of
from partners.models import ApiKey, Partner, WebhookEndpoint
from partners.services import make_key
from partners.webhooks.endpoints import add_endpoint, enable

PARTNER_NAME = "Demo platform"
FILE_NAME = "demo.json"


class Command(BaseCommand):
    """Make a partner with a key and an endpoint, once; print key and secret as JSON.

    The bank keeps only a digest of the key, so its text is kept in the var folder (mode 600)
    for the next start. Refused in production.
    """

    help = "Make the demo partner of `make run`; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        """One option: where the demo partner listens."""
        parser.add_argument("--webhook-url", required=True)

    @transaction.atomic
    def handle(self, *args: Any, webhook_url: str, **options: Any) -> None:
        """Make what is missing, and print all of it."""
        if settings.IN_PRODUCTION:
            raise CommandError("set_up_demo keeps a key in a file: it does not run in production.")
        path = Path(settings.VAR_DIR) / FILE_NAME
        try:
            check_url(webhook_url, may_be_local=settings.WEBHOOKS_MAY_BE_LOCAL)
        except Refused as error:
            raise CommandError(f"--webhook-url: {error}") from None
        kept = _kept(path)
        partner, _ = Partner.objects.get_or_create(name=PARTNER_NAME)
        demo = {
            "partner_key": _partner_key(partner, kept.get("partner_key", "")),
            "webhook_secret": _webhook_secret(partner, webhook_url),
        }
        try:
            _write_private(path, json.dumps(demo, indent=1))
        except OSError as error:
            raise CommandError(f"Can't write {path}: {error.strerror}.") from None
        self.stdout.write(json.dumps(demo))


def _kept(path: Path) -> dict[str, str]:
    """What an earlier start kept; a file that is damaged is made anew, with a new key."""
    try:
        kept = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _partner_key(partner: Partner, kept: str) -> str:
    held = ApiKey.objects.filter(
        partner=partner, public_id=public_id_of(kept) or "", revoked_at=None
    ).first()
    if held and opens(kept, held.digest, held.digest_key_id):
        return kept
    _, text = make_key(partner, label="demo")
    return text


def _webhook_secret(partner: Partner, url: str) -> str:
    """The demo partner listens on a port of the system's choice: its one endpoint moves along."""
    endpoint = WebhookEndpoint.objects.filter(partner=partner).first()
    if endpoint is None:
        return add_endpoint(partner, url)[1]
    endpoint.url = url
    endpoint.save(update_fields=["url"])
    enable(endpoint)
    return endpoint.secret


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
