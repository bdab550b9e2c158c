"""What of matching takes two people: changing the list of harmless pictures.

Unlike other requests these hold hashes: those of public pictures, which the second person has to
see. They are nobody's, and what the list says of the bank is only a count.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from csp.constants import WASM_UNSAFE_EVAL
from django import forms

from hashes.signal_types import SignalError, signal_type_by_length
from matching.harmless.nearness import InTheBank, in_the_bank
from matching.harmless.selectors import Signal
from matching.harmless.services import add_harmless, remove_harmless
from matching.models import HarmlessHash
from ncii.staff.approvals import ActForm, ActRefused, Outcome, approvable
from ncii.staff.models import Approval
from ncii.staff.texts import one_line

MOST_AT_ONCE = 500
ADD, REMOVE = "add", "remove"


class HarmlessForm(ActForm):
    """Which hashes, and what they are of.

    Its page also hashes pictures of staff's own, in their browser, as the case page does: what is
    sent are hashes.
    """

    template = "admin/matching/harmless_ask.html"
    policy: ClassVar[Mapping[str, Sequence[str]]] = {"script-src": [WASM_UNSAFE_EVAL]}
    can_look = True

    change = forms.ChoiceField(
        choices=[(ADD, "Put on the list"), (REMOVE, "Take off the list")],
        widget=forms.RadioSelect,
        initial=ADD,
    )
    label = forms.CharField(
        max_length=80,
        validators=[one_line],
        help_text="What the picture is, for the next person: “flag of …”, “logo of …”.",
    )
    values = forms.CharField(
        label="Hashes",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=f"One a line, in hexadecimal digits: PDQ for a picture, MD5 for a video; at most "
        f"{MOST_AT_ONCE}. Never enter the hash of somebody's case.",
    )

    def clean_values(self) -> list[Signal]:
        """Read the hashes; refuse what is none, and too many."""
        found: dict[Signal, None] = {}
        for number, line in enumerate(self.cleaned_data["values"].split(), start=1):
            try:
                of_type = signal_type_by_length(line)
                of_type.validate(line)
            except SignalError as error:
                raise forms.ValidationError(f"Hash {number}: {error}") from None
            found[of_type.name, line] = None
        if len(found) > MOST_AT_ONCE:
            raise forms.ValidationError(f"At most {MOST_AT_ONCE} at once.")
        return list(found)

    def clean(self) -> dict[str, Any]:
        """Refuse to take off what is not on the list."""
        given = super().clean() or {}
        wanted = {value for _, value in given.get("values", ())}
        if wanted and given.get("change") == REMOVE and len(wanted) != len(_listed(wanted)):
            self.add_error("values", "Not all of these are on the list.")
        return given

    def subject(self) -> str:
        """Say what it is, and what it does to the bank."""
        given = self.cleaned_data
        count = len(given["values"])
        if given["change"] == REMOVE:
            return f"take {count} hashes of “{given['label']}” off the harmless list"
        near = in_the_bank(given["values"]).count
        return f"{count} hashes of “{given['label']}” as harmless; near them in the bank: {near}"

    def look(self) -> InTheBank:
        """Return what of the bank it is near."""
        return in_the_bank(self.cleaned_data["values"])

    def payload(self) -> dict[str, Any]:
        """Return the change, its label and its hashes."""
        given = self.cleaned_data
        hashes = [f"{signal} {value}" for signal, value in given["values"]]
        return {"change": given["change"], "label": given["label"], "hashes": hashes}


@approvable("harmless", title="Change the list of harmless pictures", form=HarmlessForm)
def change_list(approval: Approval) -> Outcome:
    """Change it; the bank follows within a minute."""
    asked = approval.payload
    signals: list[Signal] = [tuple(each.split(" ")) for each in asked["hashes"]]
    if asked["change"] == REMOVE:
        count = remove_harmless(signals, approval)
    else:
        count = add_harmless([(*signal, asked["label"]) for signal in signals], approval)
    if not count:
        raise ActRefused("The list is so already.")
    return Outcome(f"{asked['change']}: {count}")


def _listed(values: set[str]) -> set[str]:
    rows = HarmlessHash.objects.filter(removed_at=None, value__in=values)
    return set(rows.values_list("value", flat=True))
