"""`Idempotency-Key`: the same request sent twice is carried out once and answered the same.

The work and its answer are committed together, so a crash between the two is not possible. An
answer that is a refusal is not kept: mend the request and send it again under the same key.
"""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from partners import idempotency
from partners.api.auth import key_of
from partners.api.problems import Problem, conflict_in_time

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def once(request: Request, route: str, work: Callable[[], tuple[int, Any]]) -> Response:
    """Carry out `work` (in a transaction; gives status and body) unless this key's was already.

    Raises Problem: 400 without a usable key, 422 if the key came with another request, 409
    while the first is running.
    """
    name = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(name):
        raise Problem(
            400,
            "Send an Idempotency-Key header: 1 to 255 visible ASCII characters, new for each "
            "report and the same when you repeat it. A UUID is a good one.",
        )
    try:
        kept, repeated = idempotency.once(
            key_of(request), name, route, _fingerprint(route, request.data), work
        )
    except idempotency.OtherRequest:
        raise Problem(422, "Use a new Idempotency-Key for a new request.") from None
    except idempotency.StillRunning:
        raise conflict_in_time(1, "Ask again in a second to get its answer.") from None
    answer = Response(json.loads(kept.body), status=kept.status or status.HTTP_200_OK)
    if repeated:
        answer["Idempotent-Replayed"] = "true"
    return answer


def _fingerprint(route: str, body: Any) -> str:
    canonical = json.dumps([route, body], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
