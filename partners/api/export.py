"""`hashes/export`: the whole active set in one stream, and the cursor to go on from.

The bank is read in chunks along the feed up to where its head stood at the start, so memory stays
flat, nothing is locked, and a stream that broke goes on at its last `resume` line. A hash that
changes meanwhile moves beyond that head, and `changes` from the last line's cursor brings it.
"""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from hashes.columns import Records
from hashes.selectors import feed_part, only_active
from ncii.lib.reading_ahead import reading_ahead
from partners.api import documents, parameters
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.feed import API, cursor_of, filters_of
from partners.api.lines import written
from partners.api.sandboxed import SandboxExport
from partners.confidence import Word, words_on
from partners.cursors import Cursor, make_cursor
from partners.models import Partner, Scope
from partners.services import note_position

CHUNK = 10_000


class LinesRenderer(BaseRenderer):
    """Lets a request accept NDJSON; what it renders itself is a refusal."""

    media_type = documents.NDJSON
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
        responses={(200, documents.NDJSON): documents.Change},
        examples=[documents.CHANGE_LINE_EXAMPLE],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Newline-delimited JSON: a line for each active hash, now and then a line with `resume`,
        and at the very end one with `next` and `count`: go on with `hashes/changes?after=` that. A
        stream without that last line is not whole.
        """
        parameters.refuse_unknown(request, {"after", *parameters.FILTERS})
        lines = _lines(partner_of(request), cursor_of(request))
        return StreamingHttpResponse(lines, content_type=documents.NDJSON)


def _lines(partner: Partner, start: Cursor) -> Iterator[bytes]:
    filters, fresh = filters_of(start), start.fresh_until
    until, count = max(start.seq, fresh), 0
    for lines, reached, found in _chunks(partner.pk, start.seq, until, filters):
        count += found
        resume = make_cursor(partner.pk, reached, fresh, **filters)
        yield lines + _line({"resume": resume})
    # Also when it broke and goes on: a reader that began with an empty list was handed all before.
    passed = 0 if fresh else start.seq
    note_position(partner, API, passed=passed, served=until, fresh_until=fresh, **filters)
    following = make_cursor(partner.pk, until, fresh, **filters)
    yield _line({"next": following, "count": count})


@dataclass(frozen=True)
class Chunk:
    """Active hashes and what is said of them; `reached` is the place after the last that was read."""

    reached: int
    records: Records
    said: dict[int, list[Word]]


def _chunks(
    partner_id: int, place: int, until: int, filters: dict[str, Any]
) -> Iterator[tuple[bytes, int, int]]:
    """Yield the lines of each chunk, its last place and its length.

    While one chunk is sent, a thread writes the next, and another reads the one after that.
    """
    read = partial(_read, until=until, filters=filters)
    with reading_ahead() as reader, ThreadPoolExecutor(max_workers=1) as writer:
        coming, before = reader.submit(read, place), None
        while chunk := coming.result():
            coming = reader.submit(read, chunk.reached)
            lines = writer.submit(written, partner_id, chunk.records, chunk.said, b"\n")
            if before:
                yield before[0].result(), *before[1:]
            before = lines, chunk.reached, len(chunk.records)
        if before:
            yield before[0].result(), *before[1:]


def _read(place: int, *, until: int, filters: dict[str, Any]) -> Chunk | None:
    part = feed_part(place, until, limit=CHUNK, **filters)
    if not len(part):
        return None
    records = only_active(part)
    return Chunk(int(part["seq"][-1]), records, words_on(records["pk"].tolist()))


def _line(members: dict[str, Any]) -> bytes:
    return json.dumps(members).encode() + b"\n"
