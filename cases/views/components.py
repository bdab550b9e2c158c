"""The living page of the components, in development only: each as it is, with what it is for."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.eligibility import QUESTIONS
from cases.forms import EnterCaseForm, QuestionForm
from ncii.lib.charts import bar_chart


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component of templates/components, at rest and with something wrong."""
    if not settings.DEBUG:
        raise Http404
    context = {
        "entering": EnterCaseForm(),
        "entered_wrong": EnterCaseForm({}, auto_id="wrong_%s"),
        "question": QUESTIONS[0],
        "asking": QuestionForm(QUESTIONS[0]),
        "chart": bar_chart(["2026-01", "2026-02", "2026-03"], [10, 40, 30]),
        "idle_seconds": settings.SESSION_COOKIE_AGE,
    }
    return render(request, "components.html", context)
