"""Reads of what was asked."""

from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from ncii.staff.approvals.acts import ACTS, Act
from ncii.staff.models import Approval, ApprovalState

LAPSED = "lapsed"


def standing(approval: Approval) -> str:
    """Return the request's state, or that its time ran out."""
    ends = {
        ApprovalState.PENDING: approval.expires_at,
        ApprovalState.APPROVED: approval.collect_until,
    }.get(ApprovalState(approval.state))
    return LAPSED if ends and ends < timezone.now() else ApprovalState(approval.state).label


def acts_to_ask(user: User | AnonymousUser) -> list[Act]:
    """Return the acts that this person may ask for on the room's own page."""
    return [act for act in ACTS.values() if act.form and act.may_be_asked_by(user)]


def waiting_for(user: User) -> int:
    """Count the requests that this person could answer now."""
    mine = [act.name for act in ACTS.values() if act.may_be_decided_by(user)]
    open_now = Approval.objects.filter(
        act__in=mine, state=ApprovalState.PENDING, expires_at__gte=timezone.now()
    )
    return open_now.exclude(requested_by=user).count()
