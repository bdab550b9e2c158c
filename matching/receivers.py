"""What matching does when the bank speaks."""

from collections.abc import Sequence
from typing import Any

from hashes.publisher import Waiting
from matching.harmless.services import check_before_publication


def look_at_what_comes(hashes: Sequence[Waiting], **kwargs: Any) -> bool:
    """Hold back what is near the list of harmless pictures."""
    return check_before_publication(hashes)
