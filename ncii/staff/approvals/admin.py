"""The room in which two people meet: who asks, and who answers."""

from typing import Any, cast

from csp.decorators import csp_update
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join

from ncii.lib.text import is_text
from ncii.staff.approvals.acts import ACTS, Act, ActForm, ActRefused
from ncii.staff.approvals.selectors import LAPSED, acts_to_ask, standing
from ncii.staff.approvals.services import ask, collect, decide, take_back
from ncii.staff.models import Approval, ApprovalState
from ncii.staff.readonly import ReadOnly
from ncii.staff.texts import lines

LIST = "admin:staff_approval_changelist"
ONE = "admin:staff_approval_change"


class ReasonForm(forms.Form):
    """Why somebody asks."""

    use_required_attribute = False
    reason = forms.CharField(
        max_length=500,
        validators=[lines],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The second person reads it, and the audit keeps it. Name nobody.",
    )


@admin.register(Approval)
class ApprovalAdmin(ReadOnly, admin.ModelAdmin):
    """Requests, latest first. What stands in one can't be changed: ask again."""

    list_display = ("subject", "title", "stands", "requested_by", "requested_at", "decided_by")
    list_filter = ("state", "act")
    list_select_related = ("requested_by", "decided_by")
    ordering = ("-pk",)
    show_full_result_count = False
    change_list_template = "admin/staff/approval/change_list.html"
    change_form_template = "admin/staff/approval/change_form.html"
    asked = ("title", "subject", "details", "reason", "stands")
    asked_when = ("requested_by", "requested_at", "expires_at")
    answered = ("decided_by", "decided_at", "answer", "collect_until", "done_at", "outcome")

    def get_fields(self, request: HttpRequest, obj: Approval | None = None) -> Any:
        """Leave out what has not happened yet."""
        happened = (name for name in self.answered if getattr(obj, name, None))
        return (*self.asked, *self.asked_when, *happened)

    def get_readonly_fields(self, request: HttpRequest, obj: Approval | None = None) -> Any:
        """All of them."""
        return self.get_fields(request, obj)

    @admin.display(description="act", ordering="act")
    def title(self, approval: Approval) -> str:
        """Name the act."""
        return ACTS[approval.act].title if approval.act in ACTS else approval.act

    @admin.display(description="in detail")
    def details(self, approval: Approval) -> str:
        """Show all that the act runs with: who answers has only this to go by."""
        pairs = ((key.replace("_", " "), _plain(value)) for key, value in approval.payload.items())
        return format_html_join("", "<div>{}: {}</div>", pairs) or "none"

    @admin.display(description="state", ordering="state")
    def stands(self, approval: Approval) -> str:
        """Say how far it is."""
        return standing(approval)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Add what this person may ask for."""
        shown = {"title": "Two-person requests", "acts": acts_to_ask(request.user)}
        return super().changelist_view(request, {**shown, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Add what this person may do with the request."""
        approval = cast("Approval | None", self.get_object(request, object_id))
        shown = {"title": "A two-person request", **_ways(approval, request.user)}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        """Add asking, answering, collecting, taking back."""
        guard = self.admin_site.admin_view
        return [
            path("ask/<str:name>/", guard(self.ask_view), name="staff_approval_ask"),
            path("<int:pk>/decide/", guard(self.decide_view), name="staff_approval_decide"),
            path("<int:pk>/collect/", guard(self.collect_view), name="staff_approval_collect"),
            path("<int:pk>/back/", guard(self.back_view), name="staff_approval_back"),
            *super().get_urls(),
        ]

    def ask_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Ask for an act."""
        act = ACTS.get(name)
        if act is None or act.form is None:
            raise Http404
        if not act.may_be_asked_by(request.user):
            raise PermissionDenied
        given = request.POST if request.method == "POST" else None
        looks = act.form.can_look and "look" in request.POST
        form = act.form(given)
        why = ReasonForm(None if looks else given, initial=request.POST.dict() if looks else None)
        if given is not None and not looks and form.is_valid() & why.is_valid():
            return self._ask(request, act, form, why.cleaned_data["reason"])
        context = {
            **self.admin_site.each_context(request),
            "title": act.title,
            "opts": self.opts,
            "form": form,
            "why": why,
            "seen": form.look() if looks and form.is_valid() else None,
        }
        answer = TemplateResponse(request, form.template, context)
        if not form.policy:
            return answer
        return cast("HttpResponse", csp_update(dict(form.policy))(lambda _: answer)(request))

    def _ask(self, request: HttpRequest, act: Act, form: ActForm, reason: str) -> HttpResponse:
        approval = ask(
            cast("User", request.user),
            act.name,
            subject=form.subject(),
            payload=form.payload(),
            reason=reason,
        )
        self.message_user(request, "Asked. Somebody else has to answer.", messages.SUCCESS)
        return HttpResponseRedirect(reverse(ONE, args=[approval.pk]))

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Approve or refuse."""

        def step(approval: Approval, who: User) -> str:
            approve, answer = "approve" in request.POST, request.POST.get("answer", "")
            if not is_text(answer):
                raise ActRefused("Use characters that can be seen.")
            decided = decide(approval, who, approve=approve, answer=answer)
            return f"{ApprovalState(decided.state).label}."

        return self._step(request, pk, step)

    def back_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Take one's own request back."""

        def step(approval: Approval, who: User) -> str:
            take_back(approval, who)
            return "Taken back."

        return self._step(request, pk, step)

    def collect_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Do what was approved, and hand over what comes of it."""
        return self._step(request, pk, collect)

    def _step(self, request: HttpRequest, pk: int, step: Any) -> HttpResponseBase:
        approval = cast("Approval | None", self.get_object(request, str(pk)))
        if approval is None:
            raise Http404
        page = HttpResponseRedirect(reverse(ONE, args=[pk]))
        # Whoever was asked for a code on the way comes back by GET, and presses again.
        if request.method != "POST":
            return page
        try:
            done = step(approval, cast("User", request.user))
        except ActRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return page
        if isinstance(done, str):
            self.message_user(request, done, messages.SUCCESS)
            return page
        answer: HttpResponseBase = done.answer(request) if done.answer else page
        return answer


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, "") else str(value)


def _ways(approval: Approval | None, user: Any) -> dict[str, bool]:
    """Return which buttons the person gets; the services ask again."""
    act = ACTS.get(approval.act) if approval else None
    if approval is None or act is None or standing(approval) == LAPSED:
        return {}
    own = approval.requested_by_id == user.pk
    pending = approval.state == ApprovalState.PENDING
    return {
        "may_decide": pending and not own and act.may_be_decided_by(user),
        "may_take_back": pending and own,
        "may_collect": own and act.collected and approval.state == ApprovalState.APPROVED,
    }
