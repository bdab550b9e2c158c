"""What the exchange answers to sandbox keys."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from partners import sandbox
from partners.api import parameters
from partners.api.problems import BadParameter
from partners.exchange.reading import page_asked


class SandboxFetch:
    """`FetchHashes`."""

    def sandbox_get(self, request: Request) -> Response:
        """Answer a page of the made-up feed."""
        start, limit = page_asked(request)
        token = parameters.text(request, "nextPageToken")
        try:
            after = sandbox.read_cursor(token) if token else sandbox.after_second(start)
        except sandbox.NoCursor:
            raise BadParameter("nextPageToken", "is no token of the sandbox.") from None
        rows, reached = sandbox.page(after, limit)
        more = reached < len(sandbox.LOG)
        return Response(
            {
                "count": len(rows),
                "nextPageToken": sandbox.cursor(reached) if more else None,
                "nextSetTimestamp": rows[-1].at if rows else sandbox.LOG[-1].at,
                "hasMoreRecords": more,
                "hashRecords": [_record(row) for row in rows],
            }
        )


def _record(row: sandbox.Row) -> dict[str, Any]:
    return {
        "lastModtimestamp": row.at,
        "signalType": row.signal,
        "hashValue": row.value,
        "hashStatus": row.state,
        "caseNumbers": {row.id[::-1]: row.state},
        "CSPFeedbacks": [
            {"source": sandbox.PLATFORM, "feedbackValue": value, "tags": []} for value in row.said
        ],
    }
