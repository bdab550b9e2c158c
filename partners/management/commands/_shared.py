"""What the commands about partners share."""

from django.core.management.base import CommandError

from partners.models import Partner


def partner_named(name: str) -> Partner:
    """Return the partner of that name; raise CommandError."""
    try:
        return Partner.objects.get(name=name)
    except Partner.DoesNotExist:
        raise CommandError(f"There is no partner {name!r}: make_partner makes one.") from None
