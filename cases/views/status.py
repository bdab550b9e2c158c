"""Coming back: case number and PIN, what has happened, and withdrawal."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import services
from cases.eligibility import YES
from cases.export import held_on
from cases.forms import EnterCaseForm, WithdrawForm
from cases.models import Case
from cases.selectors import case_status
from ncii.lib.lanes import lane_of

_CASE = "case"
_OPENING = "opening"


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for number and PIN. Unknown, wrong and slowed down look the same."""
    form = EnterCaseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        case = services.enter_case(data["number"], data["pin"], lane_of(request))
        if case is not None:
            request.session.flush()
            request.session[_CASE] = case.pk
            request.session[_OPENING] = secrets.token_urlsafe(16)
            return redirect("status_case")
        form.add_error(
            None,
            _(
                "We could not open a case with this number and PIN. Check both and try again. "
                "After several tries, wait a few minutes first."
            ),
        )
    return render(request, "status/enter.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show what has happened to each file of the case that this session has opened."""
    case = _open_case(request)
    if case is None:
        return redirect("status")
    context = {"status": case_status(case), "idle_seconds": settings.SESSION_COOKIE_AGE}
    return render(request, "status/case.html", context)


@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """Give the person all that is held on their case, as a file with a name that tells nothing."""
    case = _open_case(request)
    if case is None:
        return redirect("status")
    response = JsonResponse(held_on(case), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="overview.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """Ask once more, then withdraw.

    A session has one case open, its tabs may show pages of several: a form says which opening it
    was made for, and one of an earlier opening withdraws nothing.
    """
    case = _open_case(request)
    if case is None:
        return redirect("status")
    if case_status(case).withdrawn_on is not None:
        return redirect("status_case")
    opening = request.session.get(_OPENING, "")
    if request.method == "POST" and request.POST.get("opening") != opening:
        return redirect("status_case")
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if form.cleaned_data["answer"] != YES:
            return redirect("status_case")
        services.withdraw_case(case)
        return redirect("withdrawn")
    idle = settings.SESSION_COOKIE_AGE
    context = {"form": form, "opening": opening, "idle_seconds": idle}
    return render(request, "status/withdraw.html", context, status=422 if form.errors else 200)


@require_safe
def withdrawn(request: HttpRequest) -> HttpResponse:
    """Say what withdrawal means from now on."""
    case = _open_case(request)
    if case is None:
        return redirect("status")
    if case_status(case).withdrawn_on is None:
        return redirect("status_case")
    return render(request, "status/withdrawn.html", {"idle_seconds": settings.SESSION_COOKIE_AGE})


@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """End the session."""
    request.session.flush()
    return redirect("finished")


@require_safe
def finished(request: HttpRequest) -> HttpResponse:
    """Say that the case is closed to whoever comes next to this device, and make it so.

    A page that was left alone leads here by itself, when the session may have a second to live.
    """
    request.session.flush()
    return render(request, "status/finished.html")


def _open_case(request: HttpRequest) -> Case | None:
    pk = request.session.get(_CASE)
    return Case.objects.filter(pk=pk).first() if pk else None
