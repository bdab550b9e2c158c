"""`hashes/changes`: the feed, page by page."""

import json
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from hashes.columns import CONFIDENCES, SIGNALS
from hashes.models import Variant, variant_bits
from hashes.selectors import FeedPage, feed_head, feed_page, must_begin_anew
from partners.api import documents, parameters
from partners.api.auth import partner_of, still_good
from partners.api.base import PartnerView
from partners.api.lines import written
from partners.api.problems import BadParameter, BeginAnew
from partners.api.sandboxed import SandboxChanges
from partners.api.waiting import LONGEST, wait_for_news
from partners.confidence import words_on
from partners.cursors import Cursor, CursorError, make_cursor, read_cursor
from partners.models import Scope
from partners.services import note_position

API = "changes"


class Changes(SandboxChanges, PartnerView):
    """What has changed in the bank after a cursor; without one, the whole bank from its start."""

    scope = Scope.FEED
    problems = (410,)

    @extend_schema(
        operation_id="changes",
        tags=["Feed"],
        summary="What has changed after a cursor",
        parameters=[
            documents.AFTER,
            documents.LIMIT,
            documents.SIGNAL,
            documents.CONFIDENCE,
            documents.VARIANT,
            documents.WAIT,
        ],
        responses=documents.ChangesAnswer,
        examples=[documents.CHANGES_EXAMPLE],
    )
    def get(self, request: Request) -> HttpResponse:
        """Read with `after` = `next` of the page before, and keep `next` when you have stored the
        page. Each hash comes with its whole present state: replace what you have of it, and drop
        it unless its state is Active. Filters must stay the same along a chain of cursors.
        """
        parameters.refuse_unknown(request, {"after", "limit", "wait", *parameters.FILTERS})
        limit = parameters.whole_number(
            request, "limit", least=1, most=parameters.LONGEST_PAGE, default=parameters.PAGE
        )
        cursor = cursor_of(request)
        wait = parameters.whole_number(request, "wait", least=0, most=LONGEST, default=0)
        page = wait_for_news(lambda: _read(cursor, limit), wait)
        if wait:
            still_good(request)
        if len(page.records):
            # Once more: what the reader has to drop may have been erased before the page was read.
            _refuse_if_lost(cursor)
        partner, reached = partner_of(request), page.reached(cursor.seq)
        fresh, filters = cursor.fresh_until, filters_of(cursor)
        note_position(partner, API, passed=cursor.seq, served=reached, fresh_until=fresh, **filters)
        following = make_cursor(partner.pk, reached, fresh, **filters)
        return HttpResponse(_body(partner.pk, page, following), content_type="application/json")


def _read(cursor: Cursor, limit: int) -> FeedPage:
    return feed_page(cursor.seq, limit=limit, fresh_until=cursor.fresh_until, **filters_of(cursor))


def _body(partner_id: int, page: FeedPage, following: str) -> bytes:
    """Write the answer by hand: making objects first would take most of the request's time."""
    said = words_on(page.records["pk"].tolist())
    changes = memoryview(written(partner_id, page.records, said, b","))[:-1]
    rest = f'],"next":{json.dumps(following)},"more":{json.dumps(page.more)}}}'
    return b"".join((b'{"changes":[', changes, rest.encode()))


def filters_of(cursor: Cursor) -> dict[str, Any]:
    """Return the stream that the cursor belongs to."""
    return {
        "signal": cursor.signal,
        "confidence": cursor.confidence,
        "variants": cursor.variants,
    }


def cursor_of(request: Request) -> Cursor:
    """Return where to go on. A reader that brings no cursor holds nothing: see feed_page."""
    filters: dict[str, Any] = {
        "signal": parameters.choice(request, "signal", SIGNALS),
        "confidence": parameters.choice(request, "confidence", CONFIDENCES),
        "variants": variant_bits(parameters.choices(request, "variant", Variant.values)),
    }
    given = parameters.text(request, "after")
    if given is None:
        head = feed_head()
        return Cursor(0, head.seq if head else 0, **filters)
    try:
        cursor = read_cursor(given, partner_of(request).pk)
    except CursorError:
        raise BadParameter(
            "after", "is no cursor of yours: send `next` of your last page, or begin without."
        ) from None
    if filters_of(cursor) != filters:
        raise BadParameter(
            "after",
            "belongs to other filters: send `signal`, `confidence` and `variant` as on the first "
            "page.",
        )
    _refuse_if_lost(cursor)
    return cursor


def _refuse_if_lost(cursor: Cursor) -> None:
    if must_begin_anew(feed_head(), cursor.seq, cursor.fresh_until):
        raise BeginAnew("leave `after` out")
