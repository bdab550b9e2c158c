"""The victim's addresses. They stay in a browser's history, so none of them tells what this is about."""

from django.conf import settings
from django.urls import path

from cases.views import (
    components,
    directory,
    leave,
    letter,
    new_case,
    pages,
    start,
    status,
    transparency,
)

urlpatterns = [
    path("", pages.home, name="home"),
    path("how", pages.how, name="how"),
    path("questions", pages.questions, name="questions"),
    path("rights", pages.law, name="law"),
    path("privacy", pages.privacy, name="privacy"),
    path("check", pages.check_yourself, name="check_yourself"),
    path("notes", pages.evidence, name="evidence"),
    path("care", pages.impostors, name="impostors"),
    path("accessibility", pages.accessibility, name="accessibility"),
    path("partners", pages.partners, name="partners"),
    path("figures", transparency.transparency, name="transparency"),
    path("figures.csv", transparency.transparency_csv, name="transparency_csv"),
    path("letter", letter.letter, name="letter"),
    path("online", directory.online, name="online"),
    path("support", directory.support, name="support"),
    path("start", start.start, name="start"),
    path("start/<int:number>", start.question, name="question"),
    path("start/<int:number>/more", start.stopped, name="stopped"),
    path("case/new", new_case.new_case, name="new_case"),
    path("status", status.enter, name="status"),
    path("status/case", status.show, name="status_case"),
    path("status/held", status.held, name="held"),
    path("status/withdraw", status.withdraw, name="withdraw"),
    path("status/withdrawn", status.withdrawn, name="withdrawn"),
    path("status/finish", status.finish, name="finish"),
    path("status/finished", status.finished, name="finished"),
    path("exit", leave.leave, name="leave"),
]

if settings.DEBUG:
    urlpatterns.append(path("components", components.components, name="components"))
