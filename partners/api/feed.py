"""`hashes/changes`: the feed, page by page."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hashes.models import Hash, State
from hashes.selectors import CONFIDENCES, FeedSlice, feed_after, feed_head, must_begin_anew
from hashes.signal_types import SIGNAL_TYPES
from partners.api import documents, parameters
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.problems import BadParameter, BeginAnew
from partners.api.sandboxed import SandboxChanges
from partners.api.waiting import LONGEST, wait_for_news
from partners.confidence import words_on
from partners.cursors import Cursor, CursorError, make_cursor, read_cursor
from partners.models import Partner, Scope
from partners.pseudonyms import hash_ids
from partners.selectors import published_variants
from partners.services import note_position

API = "changes"
PAGE = 1000


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
            documents.WAIT,
        ],
        responses=documents.ChangesAnswer,
        examples=[documents.CHANGES_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        """Read with `after` = `next` of the page before, and keep `next` when you have stored the
        page. Each hash comes with its whole present state: replace what you have of it, and drop
        it unless its state is Active. Filters must stay the same along a chain of cursors.
        """
        parameters.refuse_unknown(request, {"after", "limit", "signal", "confidence", "wait"})
        limit = parameters.whole_number(
            request, "limit", least=1, most=parameters.LONGEST_PAGE, default=PAGE
        )
        cursor = cursor_of(request)
        wait = parameters.whole_number(request, "wait", least=0, most=LONGEST, default=0)
        page = wait_for_news(lambda: _read(cursor, limit), wait)
        partner, reached = partner_of(request), _last_seq(page.hashes, cursor.seq)
        stream = {"signal": cursor.signal, "confidence": cursor.confidence}
        note_position(
            partner,
            API,
            passed=cursor.seq,
            served=reached,
            fresh_until=cursor.fresh_until,
            **stream,
        )
        following = make_cursor(partner.pk, reached, cursor.fresh_until, **stream)
        changes = changes_of(partner, page.hashes)
        return Response({"changes": changes, "next": following, "more": page.more})


def _read(cursor: Cursor, limit: int) -> FeedSlice:
    return feed_after(
        cursor.seq,
        limit=limit,
        fresh_until=cursor.fresh_until,
        signal=cursor.signal,
        confidence=cursor.confidence,
    )


def cursor_of(request: Request) -> Cursor:
    """Return where to go on. A reader that brings no cursor holds nothing: see feed_after."""
    signal = parameters.choice(request, "signal", tuple(SIGNAL_TYPES))
    confidence = parameters.choice(request, "confidence", CONFIDENCES)
    given = parameters.text(request, "after")
    if given is None:
        head = feed_head()
        return Cursor(0, head.seq if head else 0, signal, confidence)
    try:
        cursor = read_cursor(given, partner_of(request).pk)
    except CursorError:
        raise BadParameter(
            "after", "is no cursor of yours: send `next` of your last page, or begin without."
        ) from None
    if (cursor.signal, cursor.confidence) != (signal, confidence):
        raise BadParameter(
            "after",
            "belongs to other filters: send `signal` and `confidence` as on the first page.",
        )
    if must_begin_anew(cursor.seq, cursor.fresh_until):
        raise BeginAnew("leave `after` out")
    return cursor


def _last_seq(hashes: Sequence[Hash], otherwise: int) -> int:
    seq = hashes[-1].seq if hashes else None
    return otherwise if seq is None else seq


def changes_of(partner: Partner, hashes: Sequence[Hash]) -> list[dict[str, Any]]:
    """Return hashes as the partner reads them, in four queries whatever their number."""
    variants = published_variants([held.pk for held in hashes])
    words = words_on([held.pk for held in hashes])
    names = hash_ids(partner.pk, (held.pk for held in hashes))
    return [
        {
            "id": name,
            "signal": held.signal,
            "value": held.value,
            "state": held.published_state,
            "confidence": held.confidence,
            "feedback": [vars(word) for word in words.get(held.pk, ())],
            "variants": (variants.get(held.pk, []) if held.published_state == State.ACTIVE else []),
            "published_at": utc(held.published_at),
        }
        for held, name in zip(hashes, names, strict=True)
    ]


@lru_cache(maxsize=1024)
def utc(moment: datetime | None) -> str:
    """Return a UTC moment as RFC 3339."""
    return moment.isoformat().replace("+00:00", "Z") if moment else ""
