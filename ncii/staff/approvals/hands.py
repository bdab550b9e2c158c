"""Whose hands an account is in: who makes an account knows what opens it.

Whoever makes a login, sets its password or lets it enrol anew could answer their own request
with it, minutes later. So it counts as theirs for a week, in which others see it in the audit.
"""

from collections import defaultdict
from datetime import timedelta

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone

KNOWN_AFTER = timedelta(days=7)
FORGOTTEN = "Second factor forgotten."


def in_one_hand(one: User, other: User) -> bool:
    """Say whether one person could have come in as both."""
    let_in = _let_in_lately()
    return bool(_hands_on(one.pk, let_in) & _hands_on(other.pk, let_in))


def _hands_on(pk: int, let_in: dict[int, set[int]]) -> set[int]:
    """Return the person, who let them in, who let those in, and so on."""
    hands: set[int] = set()
    found = {pk}
    while found - hands:
        hands |= found
        found = set().union(*(let_in[each] for each in hands))
    return hands


def _let_in_lately() -> dict[int, set[int]]:
    """Return who has let whom in, as the admin's own log has it."""
    opens = Q(action_flag=ADDITION) | Q(change_message__icontains="password")
    rows = LogEntry.objects.filter(
        opens | Q(change_message=FORGOTTEN),
        content_type=ContentType.objects.get_for_model(User),
        action_time__gt=timezone.now() - KNOWN_AFTER,
    )
    by: defaultdict[int, set[int]] = defaultdict(set)
    for account, who in rows.values_list("object_id", "user_id"):
        by[int(account or 0)].add(who)
    return by
