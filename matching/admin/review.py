"""The queue in which staff answer what platforms report and dispute."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from hashes.services import lock_hashes
from matching.models import Decision, Kind, ReviewEntry, ReviewItem
from matching.review import services as review
from matching.review.models import ANSWER_WITHIN
from matching.review.selectors import (
    AGES,
    BY_URGENCY,
    facts,
    held_back_by_rules,
    items_of_same_hash,
    of_age,
    open_on_same_hash,
    queue,
)
from ncii.staff.readonly import OnlyOffered, ReadOnlyInline
from ncii.staff.texts import lines
from partners.confidence import explain


class ReviewForm(forms.ModelForm):
    """What to do with an item, and why."""

    STEPS = (
        (Decision.KEEP, "Decide: partners get the hash"),
        (Decision.SUSPEND, "Decide: hold the hash back from partners"),
        ("note", "Write a note"),
        ("hold", "Hold until tomorrow"),
        ("put back", "Put back into the queue"),
        ("undo", "Undo the decision"),
    )

    step = forms.ChoiceField(choices=STEPS, widget=forms.RadioSelect)
    together = forms.BooleanField(
        required=False,
        label="Answer the other open items of this hash too",
        help_text="Each platform hears it. What somebody else works on is left to them.",
    )
    reason = forms.CharField(
        required=False,
        max_length=900,
        validators=[lines],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The next person reads it, and the audit keeps it. Name nobody.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a reason wherever one is kept."""
        given = super().clean() or {}
        if given.get("step") != "put back" and not given.get("reason", "").strip():
            self.add_error("reason", "Say why: the next person reads it.")
        if given.get("together") and given.get("step") not in Decision.values:
            self.add_error("together", "Only a decision answers the others too.")
        return given


class AgeFilter(admin.SimpleListFilter):
    """How long an item has waited, against the hours within which it should be answered."""

    title = "age"
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what the queue can be narrowed to."""
        return list(AGES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReviewItem]) -> Any:
        """Narrow the list; what is decided waits no longer."""
        return of_age(queryset, self.value() or "")


def narrowed(waiting: QuerySet[ReviewItem], asked: Mapping[str, str]) -> QuerySet[ReviewItem]:
    """Return the part of the queue that the list's filters show; others are left out of account."""
    partner, kind = asked.get("partner__id__exact", ""), asked.get("kind__exact", "")
    if partner.isdecimal() and len(partner) < 10:
        waiting = waiting.filter(partner=int(partner))
    if kind in Kind.values:
        waiting = waiting.filter(kind=kind)
    if asked.get("hash__suspended__exact") in ("0", "1"):
        waiting = waiting.filter(hash__suspended=asked["hash__suspended__exact"] == "1")
    return of_age(waiting, asked.get("age", ""))


class ReviewEntryInline(ReadOnlyInline):
    """The item's history."""

    model = ReviewEntry
    fields = ("at", "who", "step", "decision", "text")
    ordering = ("at", "pk")


@admin.register(ReviewItem)
class ReviewItemAdmin(OnlyOffered, admin.ModelAdmin):
    """One row a platform and hash, the most urgent first, what is decided last."""

    form = ReviewForm
    list_display = ("hash_start", "partner", "kind", "held_back", "waits", "lease", "decision")
    list_filter = (AgeFilter, "kind", "partner", "hash__suspended", "decision")
    list_select_related = ("partner", "hash", "leased_by")
    ordering = (F("decided_at").asc(nulls_first=True), *BY_URGENCY)
    actions = None
    inlines = (ReviewEntryInline,)
    change_list_template = "admin/matching/reviewitem/change_list.html"
    shown = ("hash_start", "partner_name", "kind", "waits", "lease", "decision", "known")
    change_form_template = "admin/matching/reviewitem/change_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: platforms' reports open items."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ReviewItem | None = None) -> bool:
        """Nobody."""
        return False

    def get_fields(self, request: HttpRequest, obj: ReviewItem | None = None) -> Any:
        """Ask only those who may answer."""
        if not self.has_change_permission(request, obj):
            return self.shown
        others = obj is not None and not obj.decision and open_on_same_hash(obj).exists()
        return (*self.shown, "step", *(("together",) if others else ()), "reason")

    def get_readonly_fields(self, request: HttpRequest, obj: ReviewItem | None = None) -> Any:
        """Everything that is in the database."""
        return self.shown

    @admin.display(description="hash")
    def hash_start(self, item: ReviewItem) -> str:
        """Show the hash without a link by its id."""
        return str(item.hash)

    @admin.display(description="partner")
    def partner_name(self, item: ReviewItem) -> str:
        """Show the partner by name."""
        return item.whose

    @admin.display(description="held back")
    def held_back(self, item: ReviewItem) -> str:
        """Say whether partners do without the hash now."""
        return "held back" if item.hash.suspended else ""

    @admin.display(description="waits", ordering="opened_at")
    def waits(self, item: ReviewItem) -> str:
        """Count the hours against those within which it should be answered."""
        if item.decision:
            return ""
        hours, wanted = (
            int(time.total_seconds() // 3600)
            for time in (timezone.now() - item.opened_at, ANSWER_WITHIN)
        )
        return f"{hours} h of {wanted}" + (": overdue" if hours >= wanted else "")

    @admin.display(description="with")
    def lease(self, item: ReviewItem) -> str:
        """Name who has it, or until when it is on hold."""
        now = timezone.now()
        if item.leased_by and item.leased_until and item.leased_until > now:
            return f"{item.leased_by}, until {item.leased_until:%H:%M} UTC"
        return (
            f"on hold until {item.held_until:%Y-%m-%d}" if _is_after(item.held_until, now) else ""
        )

    @admin.display(description="what is known")
    def known(self, item: ReviewItem) -> SafeString:
        """Show who said what, when, how often, how near; what is near it; what holds it back."""
        return render_to_string(
            "admin/matching/reviewitem/facts.html",
            {
                "facts": facts(item.hash),
                "why": explain(item.hash),
                "items": [
                    (each, self.waits(each), self.lease(each)) for each in items_of_same_hash(item)
                ],
            },
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Take the item, then the step; say what stood in the way."""
        try:
            count = _take_step(obj, request.user, **form.cleaned_data)
        except review.ReviewRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            more = f" {count} items of this hash." if count > 1 else ""
            self.message_user(request, f"Done.{more}", messages.SUCCESS)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave it to the review: a step that was refused has changed nothing."""

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Go back to the queue; what was done has been said."""
        return HttpResponseRedirect(reverse("admin:matching_reviewitem_changelist"))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Say what rules hold back, so that nobody overlooks it."""
        count, first = held_back_by_rules()
        hours = int((timezone.now() - first).total_seconds() // 3600) if first else 0
        context = {
            "held_back": count,
            "longest": hours,
            "may_answer": self.has_change_permission(request),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def get_urls(self) -> list[URLPattern]:
        """Add the way to the next item."""
        view = self.admin_site.admin_view(require_POST(self.take_next))
        return [path("next/", view, name="matching_reviewitem_next"), *super().get_urls()]

    def take_next(self, request: HttpRequest) -> HttpResponse:
        """Lease the item that comes next and open it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        among = narrowed(queue(), request.GET)
        item = review.take_next(request.user, among)  # type: ignore[arg-type]
        if item is None:
            self.message_user(request, "Nothing waits that nobody works on.", messages.INFO)
            return HttpResponseRedirect(reverse("admin:matching_reviewitem_changelist"))
        return HttpResponseRedirect(reverse("admin:matching_reviewitem_change", args=[item.pk]))


def _take_step(item: ReviewItem, who: Any, *, step: str, reason: str, together: bool) -> int:
    """Take the step; return how many items it was taken for."""
    if step == "undo":
        return review.undo(item, who, reason)
    # Taken and decided in one transaction, of which the hash has to be the first lock.
    lock_hashes([item.hash_id])
    review.take(item, who)
    if step == "note":
        review.note(item, who, reason)
    elif step == "hold":
        review.hold(item, who, timezone.now() + timedelta(days=1), reason)
    elif step == "put back":
        review.put_back(item, who)
    else:
        return review.decide(item, who, Decision(step), reason, together=together)
    return 1


def _is_after(time: datetime | None, now: datetime) -> bool:
    return time is not None and time > now
