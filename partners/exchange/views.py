"""FetchHashes of the StopNCII exchange protocol, as python-threatexchange speaks it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from hashes.models import FeedHead
from hashes.selectors import (
    FeedPage,
    feed_head,
    feed_page,
    must_begin_anew,
    published_by,
    seq_before,
)
from partners.api import parameters
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.problems import BadParameter, BeginAnew
from partners.cursors import CursorError, make_cursor, read_cursor
from partners.exchange import documents
from partners.exchange.auth import ExchangeKeyAuthentication
from partners.exchange.reading import LAST_SECOND, PAGE, page_asked
from partners.exchange.records import second_of, seconds, written
from partners.exchange.sandboxed import SandboxFetch
from partners.models import Partner, Scope
from partners.selectors import furthest_read
from partners.services import note_position

API = "exchange"
_WHOLE = {"type": "integer", "minimum": 0, "maximum": LAST_SECOND, "default": 0}
_SIZE = {"type": "integer", "minimum": 1, "maximum": parameters.LONGEST_PAGE, "default": PAGE}


@dataclass(frozen=True)
class Place:
    """Where a page begins: after `seq`, with tombstones up to `fresh_until` left out."""

    seq: int
    fresh_until: int


class FetchHashes(SandboxFetch, PartnerView):
    """The present state of every hash that changed at `startTimestamp` or later."""

    authentication_classes = (ExchangeKeyAuthentication,)
    scope = Scope.FEED
    problems = (410,)

    @extend_schema(
        operation_id="FetchHashes",
        tags=["StopNCII exchange"],
        summary="Every hash that changed at startTimestamp or later",
        parameters=[
            OpenApiParameter("startTimestamp", _WHOLE, description="Unix seconds, inclusive."),
            OpenApiParameter("pageSize", _SIZE, description="Records in a page."),
            OpenApiParameter("nextPageToken", str, description="From the page before."),
        ],
        responses=documents.FetchAnswer,
        examples=[documents.FETCH_EXAMPLE],
    )
    def get(self, request: Request) -> HttpResponse:
        """The StopNCII exchange protocol, for clients that speak it already."""
        start, limit = page_asked(request)
        # The head is read before the page: what is published from now on is no older than it.
        head = feed_head()
        place = _place(request, start, head)
        page = feed_page(place.seq, limit=limit, fresh_until=place.fresh_until)
        reached = page.reached(place.seq)
        now = feed_head()
        if head and now and now.floor > head.floor:
            # What the reader has to drop may have been erased before the page was read.
            _place(request, start, now)
        note_position(
            partner_of(request),
            API,
            passed=place.seq,
            served=reached,
            fresh_until=place.fresh_until,
        )
        partner = partner_of(request)
        head_of_answer = {
            "count": len(page.records),
            "nextPageToken": _token(partner, page, reached, place.fresh_until),
            "nextSetTimestamp": _checkpoint(page, head, start),
            "hasMoreRecords": page.more,
        }
        members = json.dumps(head_of_answer, separators=(",", ":"))[:-1]
        text = f'{members},"hashRecords":{written(partner, page.records)}}}'
        return HttpResponse(text, content_type="application/json")


def _place(request: Request, start: int, head: FeedHead | None) -> Place:
    token = parameters.text(request, "nextPageToken")
    if token:
        try:
            cursor = read_cursor(token, partner_of(request).pk)
        except CursorError:
            cursor = None
        if cursor is None or (cursor.signal, cursor.confidence, cursor.variants) != ("", "", 0):
            raise BadParameter(
                "nextPageToken", "is none of yours: leave it out to begin at startTimestamp."
            )
        if must_begin_anew(head, cursor.seq, cursor.fresh_until):
            raise BeginAnew("with startTimestamp=0")
        return Place(cursor.seq, cursor.fresh_until)
    if head is None:
        return Place(0, 0)
    if start < seconds(head.began_at):
        # Before the feed began there was nothing to hold: this reader begins with an empty list.
        return Place(0, head.seq)
    if _may_have_missed(partner_of(request), start, head):
        raise BeginAnew("with startTimestamp=0")
    return Place(seq_before(datetime.fromtimestamp(start, UTC)), 0)


def _may_have_missed(partner: Partner, start: int, head: FeedHead) -> bool:
    """Say whether a reader that comes back with a time may not know of all that has been erased.

    It knows if the partner began with an empty list after that. Or if it was handed everything up
    to there and, since several clients can read for one partner and one can lose what it was
    handed, does not ask for what was published before.
    """
    served, fresh = furthest_read(partner, API)
    if fresh >= head.floor:
        return False
    return served < head.floor or start < seconds(published_by(head.floor))


def _token(partner: Partner, page: FeedPage, reached: int, fresh_until: int) -> str | None:
    return make_cursor(partner.pk, reached, fresh_until) if page.more else None


def _checkpoint(page: FeedPage, head: FeedHead | None, start: int) -> int:
    """Return the second to begin at next time: it may repeat records, and never skips one.

    The client stores it after every page. Publication times never fall along the feed, so
    whatever is not yet handed over is as young as the last record or, after an empty page, as
    the head was.
    """
    if len(page.records):
        return int(second_of(page.records["at"])[-1])
    if head is not None:
        return seconds(head.published_at)
    return min(start, int(datetime.now(UTC).timestamp()))
