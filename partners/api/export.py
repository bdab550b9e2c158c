"""`hashes/export`: the whole active set in one stream, and the cursor to go on from.

The bank is read in stretches along the feed up to where its head stood at the start, so memory stays
flat, nothing is locked, and a stream that broke goes on at its last `resume` line. A hash that
changes meanwhile moves beyond that head, and `changes` from the last line's cursor brings it: so
it is of no consequence in which order stretches are read, and several are at once.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from hashes.selectors import feed_part, only_active
from ncii.lib.reading_ahead import reading_ahead
from partners.api import documents, parameters
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.feed import API, cursor_of, filters_of
from partners.api.lines import written
from partners.api.sandboxed import SandboxExport
from partners.confidence import words_on
from partners.cursors import Cursor, make_cursor
from partners.models import Partner, Scope
from partners.services import note_position

CHUNK = 10_000
# Two are being read, the third waits for whichever is done first.
AHEAD = 3
# Handed to the web server at once, which copies it: not so much that it must fetch memory for that.
PART = 1 << 19


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
    read = partial(_read, partner.pk, filters)
    for chunk in _chunks(read, start.seq, until):
        if chunk.found:
            count += chunk.found
            resume = make_cursor(partner.pk, chunk.reached, fresh, **filters)
            with memoryview(chunk.lines) as lines:
                yield from (bytes(lines[at : at + PART]) for at in range(0, len(lines), PART))
            yield _line({"resume": resume})
    # Also when it broke and goes on: a reader that began with an empty list was handed all before.
    passed = 0 if fresh else start.seq
    note_position(partner, API, passed=passed, served=until, fresh_until=fresh, **filters)
    following = make_cursor(partner.pk, until, fresh, **filters)
    yield _line({"next": following, "count": count})


@dataclass(frozen=True)
class Chunk:
    """The lines of the active hashes from one place to another.

    `found` is their number, `read` that of all hashes there, withdrawn ones too. `is_cut` says that
    there was more up to the place that was asked for than a chunk may hold.
    """

    lines: bytearray
    found: int
    read: int
    began: int
    reached: int
    is_cut: bool


def _chunks(read: Callable[[int, int], Chunk], after: int, until: int) -> Iterator[Chunk]:
    """Yield what `read` finds between two places of the feed, in its order; read a few ahead.

    Places are left empty where hashes have moved on: the stretch that is read for a chunk grows
    until it fills one, and shrinks again where more stand in it.
    """
    width, ahead = CHUNK, deque[Future[Chunk]]()
    with reading_ahead() as readers:
        while after < until or ahead:
            while after < until and len(ahead) < AHEAD:
                end = min(after + width, until)
                ahead.append(readers.submit(read, after, end))
                after = end
            chunk = ahead.popleft().result()
            if chunk.is_cut:
                while ahead:
                    ahead.pop().cancel()
                after, width = chunk.reached, max(chunk.reached - chunk.began, CHUNK)
            elif chunk.read < CHUNK // 2:
                width *= 2
            yield chunk


def _read(partner_id: int, filters: Mapping[str, Any], after: int, end: int) -> Chunk:
    part = feed_part(after, end, limit=CHUNK, **filters)
    reached = int(part["seq"][-1]) if len(part) == CHUNK else end
    records = only_active(part)
    said = words_on(records["pk"].tolist()) if len(records) else {}
    lines = written(partner_id, records, said, b"\n")
    return Chunk(lines, len(records), len(part), after, reached, is_cut=reached < end)


def _line(members: dict[str, Any]) -> bytes:
    return json.dumps(members).encode() + b"\n"
