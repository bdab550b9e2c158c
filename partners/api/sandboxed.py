"""What the feed's addresses answer to sandbox keys: the real shapes, over the made-up bank.

Each class is mixed into the view of the same name. What is sent is checked as in earnest and
then thrown away.
"""

import json
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from hashes.columns import CONFIDENCES
from hashes.models import Variant
from hashes.signal_types import SIGNAL_TYPES
from partners import sandbox
from partners.api import documents, parameters
from partners.api.problems import BadParameter
from partners.api.waiting import LONGEST
from partners.moments import rfc3339_of_second


class SandboxChanges:
    """`hashes/changes`."""

    def sandbox_get(self, request: Request) -> Response:
        """Answer a page of the made-up feed; `wait` never waits."""
        parameters.refuse_unknown(request, {"after", "limit", "wait", *parameters.FILTERS})
        limit = parameters.whole_number(
            request, "limit", least=1, most=parameters.LONGEST_PAGE, default=parameters.PAGE
        )
        parameters.whole_number(request, "wait", least=0, most=LONGEST, default=0)
        rows, reached = sandbox.page(_after(request), limit, *_filters(request))
        return Response(
            {
                "changes": [_change(row) for row in rows],
                "next": sandbox.cursor(reached),
                "more": reached < len(sandbox.LOG),
            }
        )


class SandboxExport:
    """`hashes/export`."""

    def sandbox_get(self, request: Request) -> HttpResponse:
        """Answer the made-up bank as it began; the changes go on from there."""
        parameters.refuse_unknown(request, {"after", *parameters.FILTERS})
        rows, reached = sandbox.page(_after(request), len(sandbox.LOG), *_filters(request))
        lines = [_change(row) for row in rows if row.state == "Active"]
        last = {"next": sandbox.cursor(reached), "count": len(lines)}
        text = "".join(json.dumps(line) + "\n" for line in [*lines, last])
        return HttpResponse(text, content_type=documents.NDJSON)


def _after(request: Request) -> int:
    given = parameters.text(request, "after")
    if given is None:
        return 0
    try:
        return sandbox.read_cursor(given)
    except sandbox.NoCursor:
        raise BadParameter("after", "is no cursor of the sandbox.") from None


def _filters(request: Request) -> tuple[str, str, tuple[str, ...]]:
    return (
        parameters.choice(request, "signal", tuple(SIGNAL_TYPES)),
        parameters.choice(request, "confidence", CONFIDENCES),
        parameters.choices(request, "variant", Variant.values),
    )


def _change(row: sandbox.Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "signal": row.signal,
        "value": row.value,
        "state": row.state,
        "confidence": row.confidence,
        "feedback": _said(row),
        "variants": [sandbox.VARIANT] if row.state == "Active" else [],
        "published_at": rfc3339_of_second(row.at),
    }


def _said(row: sandbox.Row) -> list[dict[str, Any]]:
    return [{"source": sandbox.PLATFORM, "value": value, "tags": []} for value in row.said]
