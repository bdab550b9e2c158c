"""Asking, answering, and doing once what was approved."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from ncii.staff import audit
from ncii.staff.approvals.acts import ACTS, Act, ActRefused, Outcome
from ncii.staff.approvals.hands import in_one_hand
from ncii.staff.models import Approval, ApprovalState

ANSWER_WITHIN = timedelta(days=3)
COLLECT_WITHIN = timedelta(days=1)


@transaction.atomic
def ask(who: User, act: str, *, subject: str, payload: dict[str, Any], reason: str) -> Approval:
    """Ask for an act. Raises PermissionDenied, or ActRefused where there is no reason."""
    if not ACTS[act].may_be_asked_by(who):
        raise PermissionDenied
    if not reason.strip():
        raise ActRefused("Say why: the second person reads it.")
    now = timezone.now()
    approval = Approval.objects.create(
        act=act,
        subject=subject[:200],
        payload=payload,
        reason=reason.strip()[:500],
        requested_by=who,
        requested_at=now,
        expires_at=now + ANSWER_WITHIN,
    )
    audit.record(who, "asked", _name(approval), approval.reason)
    return approval


@transaction.atomic
def decide(approval: Approval, who: User, *, approve: bool, answer: str = "") -> Approval:
    """Approve or refuse what somebody else has asked, and do it if nobody has to collect it.

    Raises PermissionDenied, or ActRefused where it is answered already, too late, one's own, asked
    by who may no longer ask or has let who answers in, or can't be done: then nothing has changed.
    """
    now = timezone.now()
    approval, act = _held(approval)
    if not act.may_be_decided_by(who):
        raise PermissionDenied
    if approval.requested_by_id == who.pk:
        raise ActRefused("You asked for this yourself: somebody else has to answer.")
    if approval.state != ApprovalState.PENDING:
        raise ActRefused("This has been answered already.")
    if approval.expires_at < now:
        raise ActRefused("Nobody answered in time: it has to be asked again.")
    if approve and not act.may_be_asked_by(approval.requested_by):
        raise ActRefused("Who asked may no longer ask for this: somebody else has to.")
    if approve and in_one_hand(who, approval.requested_by):
        raise ActRefused(
            "One person has let you both in, or one of you the other, within a week: somebody else "
            "has to answer."
        )
    if not approve and not answer.strip():
        raise ActRefused("Say why not: who asked reads it.")
    approval.state = ApprovalState.APPROVED if approve else ApprovalState.REFUSED
    approval.decided_by, approval.decided_at = who, now
    approval.answer = answer.strip()[:500]
    approval.collect_until = now + COLLECT_WITHIN if approve else None
    approval.save()
    outcome = act.run(approval) if approve and not act.collected else None
    # The audit comes last: everybody else locks what they change before its head.
    audit.record(who, approval.state, _name(approval), approval.answer)
    if outcome is not None:
        _mark_done(approval, act, who, outcome)
    return approval


@transaction.atomic
def collect(approval: Approval, who: User) -> Outcome:
    """Do what was approved, for the person who asked for it; return what they get.

    Raises PermissionDenied or ActRefused, and has changed nothing then.
    """
    approval, act = _held(approval)
    if approval.requested_by_id != who.pk or not act.may_be_asked_by(who):
        raise PermissionDenied
    if approval.state != ApprovalState.APPROVED or approval.collect_until is None:
        raise ActRefused("There is nothing to collect here.")
    if approval.collect_until < timezone.now():
        raise ActRefused("The day in which it could be collected is over: ask again.")
    # An account that was switched off since may have been a thief's when it approved.
    if approval.decided_by is None or not act.may_be_decided_by(approval.decided_by):
        raise ActRefused("Who approved this may no longer do so: ask again.")
    outcome = act.run(approval)
    _mark_done(approval, act, who, outcome)
    return outcome


@transaction.atomic
def take_back(approval: Approval, who: User) -> Approval:
    """Take back what one has asked oneself, while nobody has answered."""
    approval, _ = _held(approval)
    if approval.requested_by_id != who.pk:
        raise PermissionDenied
    if approval.state != ApprovalState.PENDING:
        raise ActRefused("This has been answered already.")
    approval.state = ApprovalState.TAKEN_BACK
    approval.save()
    audit.record(who, "took back", _name(approval))
    return approval


def _held(approval: Approval) -> tuple[Approval, Act]:
    """Lock the row as it stands now, so that two answers wait for each other."""
    held = Approval.objects.select_for_update(of=("self",)).get(pk=approval.pk)
    return held, ACTS[held.act]


def _mark_done(approval: Approval, act: Act, who: User, outcome: Outcome) -> None:
    approval.state, approval.done_at = ApprovalState.DONE, timezone.now()
    approval.outcome = outcome.text[:200]
    approval.save()
    audit.record(who, f"done: {act.name}", _name(approval), approval.outcome)


def _name(approval: Approval) -> str:
    return f"request {approval.pk}: {approval}"
