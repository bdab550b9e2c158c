"""What reports and look-ups answer to sandbox keys: checked as in earnest, and thrown away."""

from typing import Any

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from matching.api.fields import DisputeBody, MatchBody, VerdictBody
from partners import sandbox
from partners.api.problems import Problem
from partners.moments import rfc3339_of_second


class SandboxMatches:
    """`matches`."""

    def sandbox_post(self, request: Request) -> Response:
        """Check the report."""
        body = MatchBody(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        row = _of_name(sent["id"]) if "id" in sent else _of_signal(sent["signal"], sent["value"])
        answer = {"id": row.id[::-1], "hash": row.id, "received_at": rfc3339_of_second(row.at)}
        return Response(answer, status=status.HTTP_201_CREATED)


class SandboxVerdict:
    """`hashes/{id}/verdict`."""

    def sandbox_put(self, request: Request, name: str) -> Response:
        """Check the verdict."""
        body = VerdictBody(data=request.data)
        body.is_valid(raise_exception=True)
        return Response({"id": _of_name(name).id, **body.validated_data})


class SandboxDispute:
    """`hashes/{id}/dispute`. Of the made-up hashes the disputed one has an answer."""

    def sandbox_post(self, request: Request, name: str) -> Response:
        """Check the dispute."""
        row = _of_name(name)
        body = DisputeBody(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(_dispute(row, **body.validated_data), status=status.HTTP_201_CREATED)

    def sandbox_get(self, request: Request, name: str) -> Response:
        """Answer what staff would have."""
        row = _of_name(name)
        if row.confidence != "disputed":
            raise Problem(404, "You have not disputed this hash.")
        answered = {
            "status": "answered",
            "outcome": "kept",
            "answered_at": rfc3339_of_second(row.at + sandbox.MINUTE),
        }
        return Response(_dispute(row, reason="harmless", note="") | answered)


def _dispute(row: sandbox.Row, reason: str, note: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "reason": reason,
        "note": note,
        "disputed_at": rfc3339_of_second(row.at),
        "status": "open",
        "outcome": None,
        "answered_at": None,
    }


def sandbox_results(signals: list[dict[str, Any]], distance: int) -> list[dict[str, Any]]:
    """Return what a look-up answers."""
    return [{"matches": sandbox.near(each["signal"], each["value"], distance)} for each in signals]


def _of_name(name: str) -> sandbox.Row:
    return _or_404(sandbox.NOW.get(name))


def _of_signal(signal: str, value: str) -> sandbox.Row:
    return _or_404(sandbox.known(signal, value))


def _or_404(row: sandbox.Row | None) -> sandbox.Row:
    if row is None:
        raise Problem(404, "The sandbox holds no such hash.")
    return row
