"""Everybody who may knock, each as a client with what they bring."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from cases.numbers import issue_token
from cases.services import open_case
from cases.tests.test_intake import PIN, photo
from ncii.staff.models import Authenticator
from ncii.staff.roles import ROLES
from ncii.tests.staff import sign_in
from partners.models import ApiKey, Partner, Scope
from partners.services import make_key, revoke_key
from partners.webhooks.endpoints import add_endpoint

SCOPES = tuple(Scope.values)
Row = TypeVar("Row", bound=Model)


@dataclass
class Person:
    """A client, and the headers it sends with each request."""

    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    headers: dict[str, str] = field(default_factory=dict)


def everybody() -> dict[str, Person]:
    """Return who there is, by name; what they need is made in the database."""
    partner = _first(Partner.objects.create(name="Platform"))
    _rows_that_routes_lead_to(partner)
    people = {"nobody": Person(), "victim": _victim()}
    people |= {f"key {scope}": _key(partner, scopes=[scope]) for scope in SCOPES}
    people |= {
        "key of another": _key(Partner.objects.create(name="Other")),
        "key sandbox": _key(partner, sandbox=True),
        "key expired": _key(partner, expires_at=timezone.now() - timedelta(seconds=1)),
        "key revoked": _key(partner, spoil=revoke_key),
        "key elsewhere": _key(partner, networks=["192.0.2.0/24"]),
        "key of a paused": _key(Partner.objects.create(name="Paused", active=False)),
    }
    people |= {f"staff {role}": _staff(role) for role in ROLES}
    people["staff, no second factor"] = _half_in()
    return people


def _rows_that_routes_lead_to(partner: Partner) -> None:
    """Make the rows with the number that ncii.tests.routes puts into addresses."""
    _first(add_endpoint(partner, "https://platform.example/bell")[0])
    _first(make_key(partner)[0])
    _first(User.objects.create_user("somebody", is_staff=True))


def _first(row: Row) -> Row:
    """Make a row, the only one of its kind, number 1. It has had a number of the sequence before,
    so that none of those which come later is given that one.
    """
    type(row)._default_manager.filter(pk=row.pk).update(id=1)
    return type(row)._default_manager.get(pk=1)


def _victim() -> Person:
    person = Person()
    case = open_case(issue_token(), PIN, [photo()])
    person.client.post("/en/status", {"number": case.number, "pin": PIN})
    return person


def _key(
    partner: Partner,
    scopes: list[str] | None = None,
    spoil: Callable[[ApiKey], None] | None = None,
    **more: object,
) -> Person:
    row, text = make_key(partner, scopes=scopes or SCOPES)
    ApiKey.objects.filter(pk=row.pk).update(**more)
    if spoil:
        spoil(row)
    names = ("Ocp-Apim-Subscription-Key", "x-functions-key")
    return Person(headers={"Authorization": f"Bearer {text}"} | dict.fromkeys(names, text))


def _staff(role: str) -> Person:
    person = Person()
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    sign_in(person.client, user)
    return person


def _half_in() -> Person:
    """A lead whose password is right, and who has not given the second factor yet."""
    person = Person()
    user = User.objects.create_user("half", is_staff=True, is_superuser=True)
    Authenticator.objects.create(user=user, name="app", confirmed=True)
    person.client.force_login(user)
    return person
