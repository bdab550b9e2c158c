"""The doors between the password and the staff's pages: enrolment and the second factor."""

from contextlib import nullcontext
from datetime import timedelta
from functools import wraps
from typing import Any, cast

import segno
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp import login as otp_login
from django_otp.models import Device

from ncii.staff import audit, enrolment, passkeys, second_factor
from ncii.staff.passkey_page import keep, site_of, take

# The idle limit of a session is the session cookie's (settings.SESSION_COOKIE_AGE).
LONGEST_SESSION = timedelta(hours=8)
# How long a code counts for acts that ask again (StaffSite.SENSITIVE).
FRESH = timedelta(minutes=10)
_ENTERED, _VERIFIED = "staff_entered_at", "staff_verified_at"
_HELD = "That code did not fit. Wait for the next one; after several tries, wait a little longer."


class CodeForm(forms.Form):
    """One code."""

    use_required_attribute = False
    code = forms.CharField(
        label="Code",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autofocus": True}
        ),
    )


def note_entrance(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    """Receiver of user_logged_in: the session's absolute limit counts from here.

    Who gives the password once more gives a code once more: a password alone lengthens nothing.
    """
    for mark in (DEVICE_ID_SESSION_KEY, _VERIFIED):
        request.session.pop(mark, None)
    request.session[_ENTERED] = timezone.now().timestamp()


def is_half_in(request: HttpRequest) -> bool:
    """Say whether active staff stand here with a password given today; end an older session."""
    user = request.user
    if not (user.is_active and user.is_staff):
        return False
    if _age(request, _ENTERED) > LONGEST_SESSION:
        logout(request)
        return False
    return True


def is_fresh(request: HttpRequest) -> bool:
    """Say whether a code was given in the last minutes."""
    return _age(request, _VERIFIED) <= FRESH


def door_of(request: HttpRequest) -> str:
    """Return where somebody who is half in goes on."""
    enrolled = second_factor.is_enrolled(cast("User", request.user))
    return reverse("admin:second_factor" if enrolled else "admin:enrol")


def _age(request: HttpRequest, mark: str) -> timedelta:
    return timedelta(seconds=timezone.now().timestamp() - request.session.get(mark, 0))


def _for_who_is_half_in(view: Any) -> Any:
    @never_cache
    @csrf_protect
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def door(request: HttpRequest) -> HttpResponse:
        translation.activate("en")
        if not is_half_in(request):
            return HttpResponseRedirect(reverse("admin:login"))
        user = cast("User", request.user)
        # As on every page behind: what is done stands with its entry in the audit.
        with transaction.atomic() if request.method == "POST" else nullcontext():
            if request.method == "POST":
                # Who presses twice finds at the second press what the first one did: where that
                # opened the door, this session has ended, and its code or answer is no guess.
                second_factor.hold(user)
                if not request.session.exists(str(request.session.session_key)):
                    return HttpResponseRedirect(reverse("admin:login"))
            answer: HttpResponse = view(request, user)
        return answer

    return door


@_for_who_is_half_in
def enrol(request: HttpRequest, user: User) -> HttpResponse:
    """Set an authenticator up: at the first login, or to replace the one in use."""
    if second_factor.is_enrolled(user) and not (user.is_verified() and is_fresh(request)):  # type: ignore[attr-defined]
        return HttpResponseRedirect(f"{reverse('admin:second_factor')}?next={request.path}")
    if not second_factor.is_enrolled(user) and not enrolment.may_enrol(request, user):
        return _ask_who_made_the_account(request, user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = second_factor.confirm(user, form.cleaned_data["code"])
        if made is not None:
            device, codes = made
            enrolment.use_up(user)
            _let_in(request, device)
            audit.record(user, "second factor set up")
            context = _context(request, "Your recovery codes", codes=codes)
            return TemplateResponse(request, "admin/recovery_codes.html", context)
        form.add_error("code", _HELD)
    device = second_factor.pending(user)
    picture = segno.make(device.address, error="m").svg_inline(
        scale=5, border=3, light="#ffffff", svgclass="qr", lineclass=None
    )
    context = _context(
        request,
        "Set up your authenticator",
        form=form,
        picture=mark_safe(picture),  # noqa: S308 - drawn here, of numbers only
        typed_key=device.typed_key,
    )
    return TemplateResponse(request, "admin/enrol.html", context)


def _ask_who_made_the_account(request: HttpRequest, user: User) -> HttpResponse:
    """Ask for the enrolment code: whoever stole the first password has none."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if enrolment.give(request, user, form.cleaned_data["code"]):
            return HttpResponseRedirect(request.path)
        audit.record(user, "enrolment code refused")
        form.add_error("code", "That is not the code, or it is older than a week.")
    context = _context(request, "Your enrolment code", form=form)
    return TemplateResponse(request, "admin/enrolment_code.html", context)


@_for_who_is_half_in
def second_factor_door(request: HttpRequest, user: User) -> HttpResponse:
    """Ask for a code: after the password, and again before what can do harm."""
    if not second_factor.is_enrolled(user):
        return HttpResponseRedirect(reverse("admin:enrol"))
    if "answer" in request.POST:
        answer, challenge = request.POST["answer"], take(request)
        return _enter(
            request, user, passkeys.finish_using(user, answer, challenge, site_of(request))
        )
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = second_factor.check(user, form.cleaned_data["code"])
        if device is not None:
            _let_in(request, device)
            audit.record(user, "came in", detail=device.name)
            return HttpResponseRedirect(_next(request))
        audit.record(user, "code refused")
        form.add_error("code", _HELD)
    context = _context(
        request,
        "Your code",
        form=form,
        next=_next(request),
        again=user.is_verified(),  # type: ignore[attr-defined]
        codes_left=second_factor.codes_left(user),
        options=keep(request, passkeys.begin_using(user, site_of(request))),
    )
    return TemplateResponse(request, "admin/second_factor.html", context)


def _enter(request: HttpRequest, user: User, passkey: Device | None) -> HttpResponse:
    """Go on with a passkey that signed, or back to the door."""
    if passkey is not None:
        _let_in(request, passkey)
        audit.record(user, "came in", detail="passkey")
        return HttpResponseRedirect(_next(request))
    audit.record(user, "passkey refused")
    return HttpResponseRedirect(f"{request.path}?{urlencode({'next': _next(request)})}")


@_for_who_is_half_in
def leave(request: HttpRequest, user: User) -> HttpResponse:
    """Log out at the door."""
    if request.method == "POST":
        logout(request)
    return HttpResponseRedirect(reverse("admin:login"))


def _let_in(request: HttpRequest, device: Device) -> None:
    otp_login(request, device)
    request.session[_VERIFIED] = timezone.now().timestamp()
    request.session.cycle_key()


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, None) and wanted.startswith("/staff/")
    return wanted if safe else reverse("admin:index")


def _context(request: HttpRequest, title: str, **more: Any) -> dict[str, Any]:
    from django.contrib import admin

    return {**admin.site.each_context(request), "title": title, **more}
