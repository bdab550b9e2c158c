"""What a door answers: let in or not, as one word."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from django.db import transaction

from ncii.staff.models import AuditEntry
from ncii.tests.authorisation.people import Person
from ncii.tests.routes import Route, all_routes

METHODS = ("GET", "POST", "PUT", "DELETE")
FORMS = ("GET", "POST")  # what a page of Django takes: to it, any other method is a GET
# A letter each, so that a route is a line.
IN, REFUSED, LOGIN, NUMBER, NOTHING, NO_METHOD = "+", "-", "L", "N", "0", "x"


def outcome(person: Person, method: str, path: str) -> str:
    """Knock, undo whatever that did, and return how it was answered."""
    cookies = deepcopy(person.client.cookies)
    with transaction.atomic():
        answer: Any = person.client.generic(
            method, path, b"{}", content_type="application/json", headers=person.headers
        )
        # A stream reads the database only while it is read.
        if getattr(answer, "streaming", False):
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    person.client.cookies = cookies
    return _letter(answer)


def _letter(answer: Any) -> str:
    to = answer.headers.get("Location", "")
    if answer.status_code in (301, 302):
        # Their own pages are behind no door: /staff/login/ itself is "in".
        if to.startswith(("/staff/login/", "/staff/second-factor/", "/staff/enrol/")):
            return LOGIN
        return NUMBER if to == "/en/status" else IN
    by_status = {401: REFUSED, 403: REFUSED, 404: NOTHING, 405: NO_METHOD}
    assert answer.status_code < 500 and answer.status_code != 429, answer.status_code
    return by_status.get(answer.status_code, IN)


def matrix(people: dict[str, Person]) -> Iterator[tuple[Route, str, str]]:
    """Yield (route, method, a letter for each person in order), without methods nobody can use."""
    # Entries of the audit keep the number they were given.
    entry = f"/auditentry/{AuditEntry.objects.latest('pk').pk}/"
    for route in all_routes():
        path = route.path.replace("/auditentry/1/", entry)
        for method in METHODS if route.path.startswith(("/api/", "/v1/")) else FORMS:
            letters = "".join(outcome(each, method, path) for each in people.values())
            if set(letters) - {NO_METHOD, REFUSED, LOGIN}:
                yield route, method, letters
