"""The pages of an index file that nobody has read through yet: each is checked before its first use.

So a file can be used at once after a boot, and a torn one gives no answer that is not whole.
"""

import os
import weakref

import numpy as np
import numpy.typing as npt

from matching.index.codes import WORDS, Integers
from matching.index.layout import PAGE, BadFile, Layout, Span
from matching.index.soundness import page_digest

_ITEM_BYTES = {"codes": WORDS * 8, "keys": 8, "slots": 4, "postings": 4}


class Pages:
    """Of one open file: which pages are known to be as they were written.

    `file` is the descriptor, which this object closes when it goes. Read by it and not by the
    mapping, a page that the disk no longer gives is an error and no signal.
    """

    def __init__(
        self, file: int, layout: Layout, checks: npt.NDArray[np.uint64], *, whole: bool
    ) -> None:
        self.file = file
        self.whole = whole
        self._layout = layout
        self._checks = checks
        self._sound = np.zeros(0 if whole else len(checks), np.bool_)
        weakref.finalize(self, os.close, file)

    def need(self, array: str, items: Integers | npt.NDArray[np.uint32]) -> None:
        """Raise BadFile unless the pages with these items of the array are sound.

        An item lies in one page. Raises IndexError beyond the file.
        """
        if self.whole:
            return
        span: Span = getattr(self._layout, array)
        pages = items.astype(np.int64)
        pages *= _ITEM_BYTES[array]
        pages += span.offset - PAGE
        pages //= PAGE
        for page in np.unique(pages[~self._sound[pages]]).tolist():
            self._check(page)
            self._sound[page] = True

    def _check(self, page: int) -> None:
        try:
            content = os.pread(self.file, PAGE, (page + 1) * PAGE)
        except OSError as error:
            raise BadFile(error.strerror or "unreadable") from error
        if page_digest(content) != int(self._checks[page]):
            raise BadFile(f"damaged page {page + 1}")
