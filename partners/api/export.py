"""`hashes/export`: the whole active set in one stream, and the cursor to go on from.

The bank is read in chunks along the feed up to where its head stood at the start, so memory stays
flat, nothing is locked, and a stream that broke goes on at its last `resume` line. A hash that
changes meanwhile moves beyond that head, and `changes` from the last line's cursor brings it.
"""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from hashes.selectors import feed_part, only_active
from partners.api import documents, parameters
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.feed import API, FILTERS, cursor_of, filters_of
from partners.api.lines import written
from partners.api.sandboxed import SandboxExport
from partners.confidence import words_on
from partners.cursors import Cursor, make_cursor
from partners.models import Partner, Scope
from partners.services import note_position

CHUNK = 10_000
MEDIA_TYPE = "application/x-ndjson"


class LinesRenderer(BaseRenderer):
    """Lets a request accept NDJSON; what it renders itself is a refusal."""

    media_type = MEDIA_TYPE
    format = "ndjson"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return a refusal as JSON."""
        return json.dumps(data).encode()


class Export(SandboxExport, PartnerView):
    """Every active hash, a line each."""

    scope = Scope.FEED
    problems = (410,)
    renderer_classes = (LinesRenderer, JSONRenderer)

    @extend_schema(
        operation_id="export",
        tags=["Feed"],
        summary="The whole active set, streamed",
        parameters=[
            OpenApiParameter(
                "after", str, description="`resume` of the last such line, if a stream broke."
            ),
            documents.SIGNAL,
            documents.CONFIDENCE,
            documents.VARIANT,
        ],
        responses={(200, MEDIA_TYPE): documents.Change},
        examples=[documents.CHANGE_LINE_EXAMPLE],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Newline-delimited JSON: a line for each active hash, now and then a line with `resume`,
        and at the very end one with `next` and `count`: go on with `hashes/changes?after=` that. A
        stream without that last line is not whole.
        """
        parameters.refuse_unknown(request, {"after", *FILTERS})
        lines = _lines(partner_of(request), cursor_of(request))
        return StreamingHttpResponse(lines, content_type=MEDIA_TYPE)


def _lines(partner: Partner, start: Cursor) -> Iterator[bytes]:
    filters = filters_of(start)
    until, count = max(start.seq, start.fresh_until), 0
    for lines, reached, found in _chunks(partner.pk, start.seq, until, filters):
        count += found
        resume = make_cursor(partner.pk, reached, until, **filters)
        yield lines + _line({"resume": resume})
    # The stream as a whole has been handed over, and the reader had nothing to keep before it.
    note_position(partner, API, passed=start.seq, served=until, fresh_until=until, **filters)
    following = make_cursor(partner.pk, until, until, **filters)
    yield _line({"next": following, "count": count})


def _chunks(
    partner_id: int, place: int, until: int, filters: dict[str, Any]
) -> Iterator[tuple[bytes, int, int]]:
    """Yield the lines of each chunk, its last place and its length.

    A chunk is written by a thread of its own while the database finds the next one.
    """
    with ThreadPoolExecutor(max_workers=1) as writer:
        part = feed_part(place, until, limit=CHUNK, **filters)
        while len(part):
            place, records = int(part["seq"][-1]), only_active(part)
            said = words_on(records["pk"].tolist())
            lines = writer.submit(written, partner_id, records, said, "\n")
            part = feed_part(place, until, limit=CHUNK, **filters)
            yield lines.result(), place, len(records)


def _line(members: dict[str, Any]) -> bytes:
    return json.dumps(members).encode() + b"\n"
