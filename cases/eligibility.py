"""The questions asked before a case opens, one a page, and what stands behind each "no"."""

from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

YES = "yes"
NO = "no"
_PASSED = "questions_passed"


@dataclass(frozen=True)
class Question:
    """A question that "yes" passes; "no" leads to a page with another way forward."""

    number: int
    text: Promise
    yes: Promise
    no: Promise
    hint: str
    way: str


def _question(number: int, name: str, text: Promise, yes: Promise, no: Promise) -> Question:
    return Question(number, text, yes, no, f"start/hints/{name}.html", f"start/ways/{name}.html")


QUESTIONS = (
    _question(
        1,
        "you",
        _("Are you the person in the image?"),
        _("Yes, it shows me"),
        _("No, it shows someone else"),
    ),
    _question(
        2,
        "adult",
        _("Were you 18 or older in the image?"),
        _("Yes, 18 or older"),
        _("No, under 18"),
    ),
    _question(3, "intimate", _("Is the image intimate?"), _("Yes"), _("No")),
    _question(
        4,
        "copy",
        _("Do you have the image on this device?"),
        _("Yes, I have it here"),
        _("No, I do not have it here"),
    ),
)


def passed(session: SessionBase) -> int:
    """Return how many questions this session has answered with "yes", in order."""
    return int(session.get(_PASSED, 0))


def answer(session: SessionBase, question: Question, value: str) -> None:
    """Keep that a question was passed; a "no" takes back what came after it. No answer is kept."""
    if value == YES:
        session[_PASSED] = max(passed(session), question.number)
    else:
        session[_PASSED] = min(passed(session), question.number - 1)


def is_eligible(session: SessionBase) -> bool:
    """Say whether every question was passed."""
    return passed(session) >= len(QUESTIONS)
