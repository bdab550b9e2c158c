"""`hashes/export`: the whole active set in one stream, and the cursor to go on from.

The bank is read in chunks along the feed up to where its head stood at the start, so memory stays
flat, nothing is locked, and a stream that broke goes on at its last `resume` line. A hash that
changes meanwhile moves beyond that head, and `changes` from the last line's cursor brings it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from hashes.selectors import active_chunk
from partners.api import documents, parameters
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.feed import API, cursor_of, utc
from partners.api.sandboxed import SandboxExport
from partners.confidence import words_on
from partners.cursors import Cursor, make_cursor
from partners.models import Partner, Scope
from partners.pseudonyms import hash_ids
from partners.selectors import published_variants
from partners.services import note_position

CHUNK = 5000
MEDIA_TYPE = "application/x-ndjson"
# Every value but the feedback is one of our own words, hex digits or a number: nothing to escape.
_LINE = (
    '{"id":"%s","signal":"%s","value":"%s","state":"Active","confidence":"%s",'
    '"feedback":%s,"variants":[%s],"published_at":"%s"}\n'
)


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
        ],
        responses={(200, MEDIA_TYPE): documents.Change},
        examples=[documents.CHANGE_LINE_EXAMPLE],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Newline-delimited JSON: a line for each active hash, now and then a line with `resume`,
        and at the very end one with `next` and `count`: go on with `hashes/changes?after=` that. A
        stream without that last line is not whole.
        """
        parameters.refuse_unknown(request, {"after", "signal", "confidence"})
        lines = _lines(partner_of(request), cursor_of(request))
        return StreamingHttpResponse(lines, content_type=MEDIA_TYPE)


def _lines(partner: Partner, start: Cursor) -> Iterator[str]:
    filters = {"signal": start.signal, "confidence": start.confidence}
    place, until, count = start.seq, max(start.seq, start.fresh_until), 0
    while rows := active_chunk(place, until, limit=CHUNK, **filters):
        yield "".join(_chunk(partner, rows))
        place, count = rows[-1][0], count + len(rows)
        resume = make_cursor(partner.pk, place, until, **filters)
        yield json.dumps({"resume": resume}) + "\n"
    # The stream as a whole has been handed over, and the reader had nothing to keep before it.
    note_position(partner, API, passed=start.seq, served=until, fresh_until=until, **filters)
    following = make_cursor(partner.pk, until, until, **filters)
    yield json.dumps({"next": following, "count": count}) + "\n"


def _chunk(partner: Partner, rows: list[Any]) -> Iterator[str]:
    ids = [row[1] for row in rows]
    variants, words = published_variants(ids), words_on(ids)
    for name, row in zip(hash_ids(partner.pk, ids), rows, strict=True):
        _, held_id, signal, value, confidence, at = row
        said = json.dumps([vars(word) for word in words[held_id]]) if held_id in words else "[]"
        made_of = ",".join(f'"{variant}"' for variant in variants.get(held_id, ()))
        yield _LINE % (name, signal, value, confidence, said, made_of, utc(at))
