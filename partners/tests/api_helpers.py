"""What tests of the API share: platforms with keys, hashes in the bank, a count of all rows."""

import json
import secrets
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import transaction
from django.test import Client

from hashes.models import Claim
from hashes.publisher import publish
from hashes.services import SignalClaim, make_claims, withdraw_claims
from ncii.lib.days import today
from partners.models import ApiKey, Partner, RateCount, Scope
from partners.services import make_key


class Platform:
    """A partner with a key, and a client that sends it as the API and the exchange want it."""

    def __init__(self, name: str = "", scopes: Sequence[str] = tuple(Scope.values)) -> None:
        self.partner = Partner.objects.create(name=name or f"Platform {secrets.token_hex(4)}")
        self.row: ApiKey
        self.row, self.key = make_key(self.partner, scopes=scopes)
        self.client = Client(raise_request_exception=False)

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.key}",
            "Ocp-Apim-Subscription-Key": self.key,
            "x-functions-key": self.key,
        }

    def get(self, path: str, query: Any = None, **headers: str) -> Any:
        return self.client.get(path, query, headers=self.headers | headers)

    def send(self, method: str, path: str, body: Any, **headers: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body)
        return self.client.generic(
            method,
            path,
            data,
            content_type="application/json",
            headers=self.headers | {name.replace("_", "-"): v for name, v in headers.items()},
        )

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def changes(self, **query: Any) -> Any:
        """Return one page of the feed, which must be answered 200."""
        answer = self.get("/api/v1/hashes/changes", query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def name_of(self, value: str) -> str:
        """Return this platform's id of the hash with that value."""
        changes = self.changes(limit=5000)["changes"]
        return str(next(each["id"] for each in changes if each["value"] == value))


def photo() -> SignalClaim:
    """A made-up PDQ hash with as many ones as zeros, as PDQ makes them."""
    half = secrets.token_hex(16)
    value = half + f"{int(half, 16) ^ (2**128 - 1):032x}"
    return SignalClaim("ImagePDQ", value, "as-displayed", 100)


def video() -> SignalClaim:
    return SignalClaim("VideoMD5", secrets.token_hex(16), "original")


def claim(*wanted: SignalClaim) -> list[Claim]:
    """Claim these as one case would, and publish them."""
    with transaction.atomic():
        made = make_claims(wanted, source="case", on=today())
    publish()
    return made


def withdraw(*claims: Claim) -> None:
    """Withdraw claims, and publish it."""
    with transaction.atomic():
        withdraw_claims(claims, on=today())
    publish()


def row_counts() -> dict[str, int]:
    """Return how many rows each table of the house has; that a request was made is counted apart."""
    return {
        model._meta.label: model._default_manager.count()
        for app in ("hashes", "partners", "matching", "cases")
        for model in apps.get_app_config(app).get_models()
        if model is not RateCount
    }


def is_problem(answer: Any, status: int) -> dict[str, Any]:
    """Assert that the answer is problem details of that status; return them."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = json.loads(answer.content)
    assert body["status"] == status
    assert body["title"] and body.get("detail")
    return body
