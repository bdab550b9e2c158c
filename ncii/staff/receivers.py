"""What goes into the audit when Django tells of it."""

from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest

from ncii.staff import audit, throttle

_ACTS = {ADDITION: "added", CHANGE: "changed"}


def note_write(sender: object, instance: LogEntry, created: bool, **kwargs: Any) -> None:
    """Receiver of LogEntry's post_save: every write in the admin leaves one."""
    if created:
        act = _ACTS.get(instance.action_flag, "deleted")
        subject = f"{instance.content_type} {instance.object_repr}"
        audit.record(instance.user, act, subject, instance.get_change_message())


@transaction.atomic
def note_password(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Receiver of user_logged_in: a password was given; the code comes next."""
    # Django writes the time of it after this: the row is locked before the audit, as everywhere.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    audit.record(user, "password accepted")


def note_exit(sender: object, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Receiver of user_logged_out."""
    if user is not None:
        audit.record(user, "went out")


def note_refusal(
    sender: object,
    credentials: dict[str, Any],
    request: HttpRequest | None = None,
    **kwargs: Any,
) -> None:
    """Receiver of user_login_failed. A name that is no account may be a password: it is not kept."""
    name = str(credentials.get("username", ""))
    user = User.objects.filter(username=name).first()
    detail = throttle.detail(request, name) if request else ""
    audit.record(user or throttle.UNKNOWN, throttle.REFUSED, detail=detail)
