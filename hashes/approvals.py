"""What of the bank takes two people: erasing before its time, and taking the bank out."""

import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, StreamingHttpResponse

from hashes.models import Hash, State
from hashes.services import purge_hashes
from hashes.signal_types import SIGNAL_TYPES
from ncii.staff.approvals import ActForm, ActRefused, Outcome, approvable
from ncii.staff.models import Approval

MOST_AT_ONCE = 10_000
CHUNK = 2_000


class PurgeForm(ActForm):
    """Which hashes, by their places in the feed: a request never holds the hash itself."""

    first = forms.IntegerField(
        label="First place",
        min_value=1,
        max_value=2**62,
        help_text="The hash's place in the feed, as the list of hashes shows it.",
    )
    last = forms.IntegerField(
        label="Last place",
        min_value=1,
        max_value=2**62,
        required=False,
        help_text="Empty: that one hash. What is not withdrawn in between stays.",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a range that runs backwards or is longer than one transaction should be."""
        given = super().clean() or {}
        first = given.get("first")
        if first is not None and "last" not in self.errors:
            given["last"] = given.get("last") or first
            if not first <= given["last"] < first + MOST_AT_ONCE:
                self.add_error("last", f"Choose at most {MOST_AT_ONCE} places, upwards.")
        return given

    def subject(self) -> str:
        """Name the places."""
        given = self.cleaned_data
        return f"withdrawn hashes from place {given['first']} to {given['last']}"

    def payload(self) -> dict[str, Any]:
        """Return the places."""
        return {"first": self.cleaned_data["first"], "last": self.cleaned_data["last"]}


class ExportForm(ActForm):
    """Which signal."""

    signal = forms.ChoiceField(choices=[("", "all"), *((name, name) for name in SIGNAL_TYPES)])
    signal.required = False

    def subject(self) -> str:
        """Name the signal."""
        return f"the active hashes: {self.cleaned_data['signal'] or 'all signals'}"

    def payload(self) -> dict[str, Any]:
        """Return the signal; empty for all."""
        return {"signal": self.cleaned_data["signal"]}


@approvable("purge", title="Erase withdrawn hashes", form=PurgeForm)
def purge(approval: Approval) -> Outcome:
    """Erase them."""
    erased = purge_hashes(approval.payload["first"], approval.payload["last"])
    if not erased:
        raise ActRefused("No hash there is withdrawn, published as such, and claimed by nobody.")
    return Outcome(f"erased: {erased}")


@approvable("export", title="Export the bank", form=ExportForm, collected=True)
def export(approval: Approval) -> Outcome:
    """Stream the active hashes, a line of JSON each, in the order of the feed."""
    signal = approval.payload["signal"]
    active = Hash.objects.filter(published_state=State.ACTIVE)
    rows = (active.filter(signal=signal) if signal else active).order_by("seq")

    def answer(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(
            _lines(rows),
            content_type="application/x-ndjson",
            headers={"Content-Disposition": 'attachment; filename="hash-bank.ndjson"'},
        )

    return Outcome(f"hashes: {rows.count()}", answer)


def _lines(rows: Any) -> Iterator[str]:
    wanted = rows.values_list("signal", "value", "confidence")
    for signal, value, confidence in wanted.iterator(chunk_size=CHUNK):
        yield json.dumps({"signal": signal, "value": value, "confidence": confidence}) + "\n"
