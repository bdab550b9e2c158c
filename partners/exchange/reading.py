"""Reading what the exchange's clients send: which page, and batches, of which a malformed record
refuses the whole, and is named.
"""

from typing import Any

from rest_framework.request import Request

from partners.api import parameters
from partners.api.fields import MOST_TAGS, TAG_RULE, is_tag
from partners.api.problems import BadField
from partners.models import FeedbackValue
from partners.services import Said

MOST = 1000
PAGE = 800
LAST_SECOND = 253402300799  # 9999-12-31, the last that a datetime holds


def page_asked(request: Request) -> tuple[int, int]:
    """Return startTimestamp (Unix seconds) and pageSize; raise BadParameter."""
    start = parameters.whole_number(request, "startTimestamp", least=0, most=LAST_SECOND, default=0)
    size = parameters.whole_number(
        request, "pageSize", least=1, most=parameters.LONGEST_PAGE, default=PAGE
    )
    return start, size


def records_in(body: Any, name: str) -> list[tuple[str, dict[str, Any]]]:
    """Return (pointer, record) of a body `{count, <name>: [records]}`; raise BadField."""
    if not isinstance(body, dict):
        raise BadField("", f"must be an object with count and {name}.")
    records = body.get(name)
    if not isinstance(records, list) or len(records) > MOST:
        raise BadField(f"/{name}", f"must be a list of at most {MOST} records.")
    count = body.get("count")
    if isinstance(count, bool) or not isinstance(count, int) or count != len(records):
        raise BadField("/count", f"must be the number of records, {len(records)}.")
    pointed = [(f"/{name}/{place}", record) for place, record in enumerate(records)]
    for pointer, record in pointed:
        if not isinstance(record, dict):
            raise BadField(pointer, "must be an object.")
    return pointed


def text_in(record: dict[str, Any], name: str, pointer: str) -> str:
    """Return a member that must be a text."""
    value = record.get(name)
    if not isinstance(value, str):
        raise BadField(f"{pointer}/{name}", "must be a text.")
    return value


def feedback_in(record: dict[str, Any], pointer: str) -> Said:
    """Return the feedback that a record holds."""
    value = record.get("feedbackValue")
    if not isinstance(value, str) or value not in FeedbackValue.values:
        known = ", ".join(FeedbackValue.values)
        raise BadField(f"{pointer}/feedbackValue", f"must be one of: {known}.")
    return Said(value, _tags(record, pointer))


def _tags(record: dict[str, Any], pointer: str) -> tuple[str, ...]:
    tags = record.get("tags", [])
    if not isinstance(tags, list) or len(tags) > MOST_TAGS:
        raise BadField(f"{pointer}/tags", f"must be a list of at most {MOST_TAGS} tags.")
    for place, tag in enumerate(tags):
        if not is_tag(tag):
            raise BadField(f"{pointer}/tags/{place}", f"{TAG_RULE}.")
    # The client sends a set, in no order: the same tags must be the same feedback.
    return tuple(sorted(set(tags)))
