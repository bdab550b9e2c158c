"""The words for what can be wrong, and those that the case page's script needs.

A script has no catalogue: the page hands it every sentence translated, and for a count one
sentence per number, so that each language's plural forms are right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.pins import PinProblem

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText

PIN_PROBLEMS: dict[PinProblem, LazyText] = {
    PinProblem.SHAPE: gettext_lazy("A PIN has 6 to 12 digits, and nothing but digits"),
    PinProblem.TRIVIAL: gettext_lazy("This PIN is too easy to guess. Choose another one."),
}

FILES_NOT_UNDERSTOOD = gettext_lazy(
    "We could not read what your browser sent. Load the page again and choose your files once more."
)
FILE_PROBLEMS: dict[str, LazyText] = {
    "none": gettext_lazy("Choose at least one photo or video"),
    "too-many": gettext_lazy(
        "A case can hold 20 photos and videos. Remove some, or open another case for the rest."
    ),
    "quality": gettext_lazy(
        "This picture has too little detail for a fingerprint. Remove it, or use a clearer copy."
    ),
    "balance": gettext_lazy(
        "This picture has too little detail for a fingerprint. Remove it, or use a clearer copy."
    ),
    "duplicate": gettext_lazy("This file is in your list already. Remove one of the two."),
}


def file_problem(code: str) -> LazyText:
    """Return the sentence for a code of cases.validation.Problem."""
    return FILE_PROBLEMS.get(code, FILES_NOT_UNDERSTOOD)


def case_page_words(max_files: int) -> dict[str, object]:
    """Return every sentence of the case page's script, in the active language.

    {key: sentence with {placeholders}} and under "counts" {key: [sentence for 0, 1, … max_files]}.
    """
    return {
        "photo": _("Photo {number}"),
        "video": _("Video {number}"),
        "notUsed": _("Not used"),
        "waiting": _("Waiting"),
        "loading": _("Getting ready for this kind of file"),
        "working": _("Making the fingerprint"),
        "workingBytes": _("Making the fingerprint: {done} of {all}"),
        "stopWhat": _("Stop: {what}"),
        "trimOffer": _(
            "This looks like a screenshot, with something around the picture. "
            "The picture alone is easier to find."
        ),
        "trimLook": _("Show before and after"),
        "trimTaken": _("The picture without what is around it gets a fingerprint too."),
        "trimLeft": _("Only the whole screenshot gets a fingerprint."),
        "trimChange": _("Look again"),
        "gettingReady": _("Fetching what is needed. This can take a minute."),
        "canGoOffline": _(
            "Ready. You can switch on airplane mode now, then choose your files. "
            "Only “Send” needs the internet."
        ),
        "notReady": _("That did not work. Check your connection, then press the button again."),
        "ready": _("Fingerprint ready"),
        "duplicate": _("This is the same as {other}, so it is in your list already."),
        "remove": _("Remove"),
        "removeWhat": _("Remove {what}"),
        "retry": _("Try again"),
        "retryWhat": _("Try again: {what}"),
        "removed": _("{what} removed"),
        "tooMany": _(
            "A case can hold {max} photos and videos, so {left} of them were not added. "
            "You can open another case for the rest."
        ),
        "noneReady": _("Choose at least one photo or video"),
        "stillWorking": _("Some fingerprints are not ready yet. Wait a moment, then go on."),
        "pinShape": str(PIN_PROBLEMS[PinProblem.SHAPE]),
        "pinTrivial": str(PIN_PROBLEMS[PinProblem.TRIVIAL]),
        "pinDiffers": _("The two PINs are not the same. Type them again."),
        "emailShape": _("This e-mail address does not look right. Check it, or leave it empty."),
        "sending": _("Sending…"),
        "send": _("Send"),
        "proving": _("Many people are here now, so this takes a few seconds more."),
        "waitingToSend": _("Waiting for the internet…"),
        "notWaiting": _("Nothing was sent. Press “Send” when you are ready."),
        "notSent": _(
            "We could not reach the site, so we cannot tell whether your case arrived. "
            "Nothing you typed is lost. Check your connection and press “Send” again: "
            "it will never make two cases."
        ),
        "tooOften": _(
            "Too many forms came from your connection just now. Nothing is lost. "
            "Wait a few minutes and press “Send” again."
        ),
        "tooOld": _(
            "This page has been open for too long. Load it again. "
            "You will have to choose your files once more."
        ),
        "failed": _(
            "Something went wrong on our side. Nothing you typed is lost. "
            "Wait a moment and press “Send” again."
        ),
        "copied": _("Copied"),
        "notCopied": _("Copying did not work. Write the number down, please."),
        "saved": _("Saved to your downloads"),
        "fileName": _("number.txt"),
        "errors": {
            "empty": _("This file is empty. Choose another copy."),
            "unsupported": _(
                "We cannot read this kind of file. "
                "Save it as a JPEG or PNG, or take a screenshot of it, and add that."
            ),
            "damaged": _(
                "This file is damaged, so no fingerprint could be made. Choose another copy, "
                "or take a screenshot of it."
            ),
            "truncated": _(
                "A part of this file is missing. Perhaps it was not downloaded to the end. "
                "Choose another copy."
            ),
            "too-big": _(
                "This file is too big for this browser. Try on a computer, or use a smaller copy."
            ),
            "too-plain": _(
                "This picture is too plain to fingerprint safely: other plain pictures would be "
                "taken for it. Use a copy with more detail, if you have one. "
                "If it is online already, report it there."
            ),
            "offline": _(
                "You are offline, and a part of our program that this file needs is not here yet. "
                "Switch the internet on, then try again."
            ),
            "cancelled": _("Stopped. You can try again."),
            "technical": _("Something went wrong with this file. Try again."),
        },
        "counts": {
            "ready": [
                ngettext("{n} file is ready.", "{n} files are ready.", n).format(n=n)
                for n in range(max_files + 1)
            ],
            "wrong": [
                ngettext(
                    "{n} file could not be used and will not be sent.",
                    "{n} files could not be used and will not be sent.",
                    n,
                ).format(n=n)
                for n in range(max_files + 1)
            ],
        },
    }
