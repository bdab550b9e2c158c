"""The case page: chosen, hashed and checked in the browser, sent here as hashes only."""

from collections.abc import Mapping

from csp.constants import WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from cases import work
from cases.eligibility import is_eligible
from cases.errors import AlreadySent, AlreadyWithdrawn, BadToken, CaseError, TooManyFiles
from cases.forms import NewCaseForm
from cases.mail import mail_is_available, send_case_number
from cases.numbers import issue_token
from cases.pace import Pace, recent_cases
from cases.services import MAX_FILES, has_opened, open_case
from cases.words import FILE_PROBLEMS, case_page_words

_REFUSALS = {
    BadToken: (
        "token",
        _(
            "This page has been open for too long. Load it again. "
            "You will have to choose your files once more."
        ),
    ),
    AlreadySent: (
        "pin",
        _(
            "This form has opened a case before, with another PIN. "
            "Type the PIN you chose then, or load the page again to open a new case."
        ),
    ),
    AlreadyWithdrawn: (
        "token",
        _(
            "This form opened a case that was withdrawn since. Load the page again to open a new one."
        ),
    ),
    TooManyFiles: ("files", FILE_PROBLEMS["too-many"]),
}


@csp_update({"script-src": [WASM_UNSAFE_EVAL]})
@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Show the case page to who passed the questions; take what its script sends."""
    if request.method == "POST":
        return _take(request)
    if not is_eligible(request.session):
        return redirect("start")
    return _show(request)


# A compressed answer tells secrets by its length where it also repeats what came with the request
# (BREACH). This one repeats nothing, and its CSRF token is masked anew each time.
@gzip_page
def _show(request: HttpRequest) -> HttpResponse:
    context = {
        "token": issue_token(),
        "max_files": MAX_FILES,
        "by_mail": mail_is_available(),
        "words": case_page_words(MAX_FILES),
    }
    return render(request, "case/new.html", context)


def _take(request: HttpRequest) -> JsonResponse:
    """Open the case: 201 {case_number, email_sent: bool | None} or 422 {errors}.

    428 {work} asks for proof of work first, 429 for patience: the page keeps everything, and
    sends it again.

    The session is not asked: it may have run out while the person was choosing, and the token
    in the form was only given to someone who had passed the questions.
    """
    form = NewCaseForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.problems()}, status=422)
    data = form.cleaned_data
    try:
        hurdle = _hurdle(request, data)
        if hurdle is not None:
            return hurdle
        opened = open_case(data["token"], data["pin"], data["files"])
    except CaseError as error:
        field, message = _REFUSALS[type(error)]
        problem = {"message": message, "position": None}
        return JsonResponse({"errors": {field: [problem]}}, status=422)
    email_sent = None
    if data["email"] and mail_is_available():
        email_sent = send_case_number(data["email"], opened.number, get_language() or "en")
    return JsonResponse({"case_number": opened.number, "email_sent": email_sent}, status=201)


def _hurdle(request: HttpRequest, data: Mapping[str, str]) -> JsonResponse | None:
    """Return what stands before the costly part; None where nothing does.

    A form that has opened its case already, and is sent again, meets nothing. Raises
    cases.errors.BadToken.
    """
    token = data["token"]
    if has_opened(token):
        return None
    pace = Pace.of(request)
    if not pace.may_open():
        return JsonResponse({}, status=429)
    puzzles = work.puzzles_at(recent_cases())
    if puzzles and not work.is_done(token, data["challenge"], data["nonces"]):
        asked = work.challenge(token, puzzles)
        wanted = {"challenge": asked.text, "seed": asked.seed}
        return JsonResponse({"work": wanted | {"puzzles": puzzles, "bits": work.BITS}}, status=428)
    return None if pace.take() else JsonResponse({}, status=429)
