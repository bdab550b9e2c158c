"""What of the platforms takes two people: handing a key over."""

from datetime import UTC, date, datetime, time, timedelta
from ipaddress import ip_network
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ncii.lib.days import today
from ncii.staff.approvals import ActForm, ActRefused, Outcome, approvable
from ncii.staff.models import Approval
from ncii.staff.secrets import shown_once
from ncii.staff.texts import one_line
from partners.models import ApiKey, Partner, Scope
from partners.services import make_key

ORDINARY_SCOPES = (Scope.FEED, Scope.LOOKUP, Scope.REPORT)


class KeyForm(ActForm):
    """What is chosen for a new key."""

    partner = forms.ModelChoiceField(Partner.objects.filter(active=True).order_by("name"))
    label = forms.CharField(
        required=False, max_length=ApiKey._meta.get_field("label").max_length, validators=[one_line]
    )
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=list(ORDINARY_SCOPES),
        help_text="What the key may do. Give no more than the partner uses.",
    )
    networks = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ranges that it may be used from, one a line: 192.0.2.0/24. Empty: anywhere.",
    )
    last_day = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The last day it works (UTC). Empty: until it is revoked.",
    )
    sandbox = forms.BooleanField(required=False, help_text="It sees a made-up bank only.")

    def clean_last_day(self) -> date | None:
        """Refuse a day that has passed."""
        last_day: date | None = self.cleaned_data["last_day"]
        if last_day and last_day < today():
            raise forms.ValidationError("Choose a day that has not passed.")
        return last_day

    def clean_networks(self) -> list[str]:
        """Return the ranges as they are written down; refuse what is none."""
        try:
            return [str(ip_network(text)) for text in self.cleaned_data["networks"].split()]
        except ValueError:
            raise forms.ValidationError(
                "Write each range as its first address and a length: 192.0.2.0/24."
            ) from None

    def subject(self) -> str:
        """Say all of what the key would open: the second person has only this to go by."""
        given = self.cleaned_data
        what = ", ".join(given["scopes"]) + (", sandbox" if given["sandbox"] else "")
        where = f"; from {' '.join(given['networks'])}" if given["networks"] else ""
        until = f"; until {given['last_day']}" if given["last_day"] else ""
        return f"{given['partner']}: {what}{where}{until}"

    def payload(self) -> dict[str, Any]:
        """Return what make_key takes, as JSON."""
        given = self.cleaned_data
        return {
            "partner": given["partner"].pk,
            "label": given["label"],
            "scopes": given["scopes"],
            "networks": given["networks"],
            "last_day": given["last_day"].isoformat() if given["last_day"] else None,
            "sandbox": given["sandbox"],
        }


@approvable("key", title="Make a partner's API key", form=KeyForm, collected=True)
def hand_over(approval: Approval) -> Outcome:
    """Make the key when it is collected, and show it in that one answer."""
    wanted = approval.payload
    partner = Partner.objects.filter(pk=wanted["partner"], active=True).first()
    if partner is None:
        raise ActRefused("The partner is off.")
    key, text = make_key(
        partner,
        scopes=wanted["scopes"],
        label=wanted["label"],
        expires_at=_end_of(wanted["last_day"]),
        networks=wanted["networks"],
        sandbox=wanted["sandbox"],
    )

    def answer(request: HttpRequest) -> HttpResponse:
        return shown_once(
            request,
            title="New API key",
            owner=f"{partner}, key {key}",
            secret=text,
            back=reverse("admin:partners_apikey_changelist"),
        )

    return Outcome(f"key {key}", answer)


def _end_of(day: str | None) -> datetime | None:
    """Return the moment after that day."""
    if day is None:
        return None
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), UTC)
