"""The acts that wait for a second person, as the apps register them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ncii.staff.models import Approval


class ActRefused(Exception):
    """The act can't be done as things stand; the text says why, to staff."""


@dataclass(frozen=True)
class Outcome:
    """What was done, in a few words for the audit.

    `answer` is what the person who collects it gets, and nobody else: it is made after the
    transaction, and kept nowhere.
    """

    text: str
    answer: Callable[[HttpRequest], HttpResponseBase] | None = None


class ActForm(forms.Form):
    """What is asked of who asks; each act's form subclasses it.

    `template` is its page; `policy` is what that page's Content-Security-Policy has besides. Where
    `can_look` is true, who asks may see first, by `look`, what it would do.
    """

    use_required_attribute = False
    template = "admin/staff/approval/ask.html"
    policy: ClassVar[Mapping[str, Sequence[str]]] = MappingProxyType({})
    can_look = False

    def look(self) -> Any:
        """Return, for the template, what it would do; for a valid form only."""
        return None

    def subject(self) -> str:
        """Say in a line what it is about: no personal data and no whole hash."""
        raise NotImplementedError

    def payload(self) -> dict[str, Any]:
        """Return what the act runs with, as JSON: no personal data, and no hash of a case."""
        raise NotImplementedError


Run = Callable[[Approval], Outcome]


@dataclass(frozen=True)
class Act:
    """`collected`: done when who asked comes back for it, not by the approval itself.

    `form` is None where a page of the app's own asks, by ncii.staff.approvals.ask.
    """

    name: str
    title: str
    run: Run
    form: type[ActForm] | None
    collected: bool

    def may_be_asked_by(self, user: User | AnonymousUser) -> bool:
        """Say whether their role asks for this."""
        return user.has_perm(f"staff.ask_{self.name}")

    def may_be_decided_by(self, user: User | AnonymousUser) -> bool:
        """Say whether their role answers this, when somebody else has asked."""
        return user.has_perm(f"staff.decide_{self.name}")


ACTS: dict[str, Act] = {}


def approvable(
    name: str, *, title: str, form: type[ActForm] | None = None, collected: bool = False
) -> Callable[[Run], Run]:
    """Register an act. `staff.ask_NAME` and `staff.decide_NAME` must be permissions of Approval.

    The function runs in the transaction that marks the request as done; it may raise ActRefused.
    """

    def register(run: Run) -> Run:
        if name in ACTS:
            raise ValueError(f"{name} is registered twice")
        ACTS[name] = Act(name, title, run, form, collected)
        return run

    return register
