"""The page on which staff keep their passkeys."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from ncii.staff import audit, passkeys
from ncii.staff.models import Passkey

_CHALLENGE = "staff_challenge"


def site_of(request: HttpRequest) -> passkeys.Site:
    """Return who we are to the browser; the host is one of ALLOWED_HOSTS."""
    host = request.get_host()
    return passkeys.Site(host.rpartition(":")[0] or host, f"{request.scheme}://{host}")


def keep(request: HttpRequest, ceremony: passkeys.Ceremony | None) -> str:
    """Keep the challenge in the session, for one answer; return the options."""
    request.session[_CHALLENGE] = ceremony.challenge if ceremony else ""
    return ceremony.options if ceremony else ""


def take(request: HttpRequest) -> str:
    """Return the challenge that was kept, and forget it."""
    return str(request.session.pop(_CHALLENGE, ""))


def passkey_page(request: HttpRequest) -> HttpResponse:
    """List one's own passkeys; add one, or remove one."""
    user = cast("User", request.user)
    problem = ""
    if request.method == "POST":
        if _remove(request, user) if "remove" in request.POST else _add(request, user):
            return HttpResponseRedirect(reverse("admin:passkeys"))
        problem = "That did not work. Try again."
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Your passkeys",
        "passkeys": Passkey.objects.filter(user=user).order_by("pk"),
        "options": keep(request, passkeys.begin_adding(user, site_of(request))),
        "problem": problem,
    }
    return TemplateResponse(request, "admin/passkeys.html", context)


def _add(request: HttpRequest, user: User) -> bool:
    sent, challenge = request.POST, take(request)
    answer = sent.get("answer", "")
    name = "".join(c for c in sent.get("name", "") if c.isprintable()).strip()
    made = passkeys.finish_adding(user, name, answer, challenge, site_of(request))
    if made is not None:
        audit.record(user, "passkey added", made.name)
    return made is not None


def _remove(request: HttpRequest, user: User) -> bool:
    pk = request.POST.get("remove", "")
    passkey = (
        Passkey.objects.select_for_update().filter(user=user, pk=pk).first()
        if pk.isdecimal() and len(pk) < 19
        else None
    )
    if passkey is None:
        return False
    passkey.delete()
    audit.record(user, "passkey removed", passkey.name)
    return True
