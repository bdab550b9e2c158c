"""The questions before a case opens, one a page."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cases.eligibility import QUESTIONS, YES, Question, answer, passed
from cases.forms import QuestionForm


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Say what is going to happen."""
    return render(request, "start/intro.html")


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, number: int) -> HttpResponse:
    """Ask one question; nobody gets past one that they have not answered."""
    asked = _question_or_404(number)
    if passed(request.session) < number - 1:
        return redirect("question", number=passed(request.session) + 1)
    form = QuestionForm(asked, request.POST if request.method == "POST" else None)
    if form.is_valid():
        value = form.cleaned_data["answer"]
        answer(request.session, asked, value)
        return redirect(_next_page(asked, value))
    context = {
        "question": asked,
        "of": len(QUESTIONS),
        "form": form,
        "idle_seconds": settings.SESSION_COOKIE_AGE,
        "back": reverse("question", args=[number - 1]) if number > 1 else reverse("start"),
    }
    return render(request, "start/question.html", context, status=422 if form.errors else 200)


@require_safe
def stopped(request: HttpRequest, number: int) -> HttpResponse:
    """Show the way forward of someone who answered "no"."""
    return render(request, "start/stopped.html", {"question": _question_or_404(number)})


def _question_or_404(number: int) -> Question:
    if not 1 <= number <= len(QUESTIONS):
        raise Http404
    return QUESTIONS[number - 1]


def _next_page(asked: Question, value: str) -> str:
    if value != YES:
        return reverse("stopped", args=[asked.number])
    if asked.number < len(QUESTIONS):
        return reverse("question", args=[asked.number + 1])
    return reverse("new_case")
