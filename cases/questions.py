"""What people ask, and the answers. The name of each is its address on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText


@dataclass(frozen=True)
class Group:
    """Questions that belong together."""

    title: LazyText
    questions: tuple[tuple[str, LazyText, LazyText], ...]


GROUPS = (
    Group(
        _("Before you start"),
        (
            (
                "who",
                _("Who can open a case?"),
                _(
                    "Any adult, anywhere in the world, of any gender and sexuality, for an "
                    "intimate image of themselves in which they were 18 or older. Other people "
                    "may be in it too."
                ),
            ),
            (
                "threat",
                _("Nobody has shared it yet. Can I open a case?"),
                _("Yes. A threat is enough. It is even the best moment to do it."),
            ),
            (
                "fake",
                _("It is a fake. Does that count?"),
                _("Yes. Images made or changed by a computer count like real ones."),
            ),
            (
                "cost",
                _("Does it cost anything?"),
                _(
                    "No. We never ask for money, for your picture, or for an account. Whoever "
                    "does so in our name is lying: leave at once."
                ),
            ),
        ),
    ),
    Group(
        _("Your pictures"),
        (
            (
                "seen",
                _("Does anyone see my picture?"),
                _(
                    "We do not: it never leaves your device. If a platform finds a copy on its "
                    "own site, people who work there may look at that copy to decide."
                ),
            ),
            (
                "back",
                _("Can someone turn the fingerprint back into my picture?"),
                _(
                    "No. The fingerprint of a photo holds 256 yes-or-no answers about light and "
                    "dark, far too few to show you: at most a rough blur. That of a video holds nothing "
                    "to be seen at all."
                ),
            ),
            (
                "kinds",
                _("Which files can I use?"),
                _(
                    "Photos: JPEG, PNG, GIF, HEIC, WebP, AVIF, BMP, TIFF, PSD, XCF, TGA, MIFF, "
                    "ICO, DICOM, XPM and PCX. Videos: MP4, MOV, AVI, WMV, WebM, MKV, M4V and 3GP."
                ),
            ),
            (
                "many",
                _("I have more than 20 files."),
                _("Open another case for the rest. You can open as many as you need."),
            ),
            (
                "screenshot",
                _("I only have a screenshot."),
                _(
                    "It works. Cut away what is around the image first, such as borders or "
                    "buttons, but nothing of the image itself."
                ),
            ),
            (
                "changed",
                _("What if the copy was changed?"),
                _(
                    "A smaller or slightly different copy of a photo is still found. One that was "
                    "cropped, filtered or cut may not be: add that copy too, if you have it. "
                    "A video is only found if it is exactly the same file."
                ),
            ),
            (
                "fails",
                _("Why can a fingerprint fail?"),
                _(
                    "The file may be damaged or of a kind we do not know, a video may be too big "
                    "for your browser, or a picture may have too little detail. The page tells "
                    "you which, and what to do. Your other files go on."
                ),
            ),
            (
                "delete",
                _("Can I delete the picture afterwards?"),
                _("Yes. The fingerprint goes on working without it."),
            ),
        ),
    ),
    Group(
        _("Case number and PIN"),
        (
            (
                "lost",
                _("I have lost my number or my PIN."),
                _(
                    "Nobody can find them again, because we do not keep them in a form that can "
                    "be read. Your case goes on working, but it can no longer be withdrawn. "
                    "You can open a new one with the same files to see what happens from then on."
                ),
            ),
            (
                "mail",
                _("What happens to my e-mail address?"),
                _(
                    "If you give one, we use it once to send you the number. We do not keep it. "
                    "Your e-mail provider can see that message."
                ),
            ),
            (
                "shared-device",
                _("Other people use my device. What can they see?"),
                _(
                    "Your browser may keep the addresses you visited. Ours do not say what they "
                    "are about, but you can clear the history, or use a private window. "
                    "Press “Quick exit”, or the Esc key three times, to leave at once."
                ),
            ),
        ),
    ),
    Group(
        _("What platforms do"),
        (
            (
                "found",
                _("What happens when a platform finds a match?"),
                _(
                    "It looks at what was posted, decides by its own rules, and tells us: being "
                    "checked, blocked, or not blocked. You can read it on the page of your case."
                ),
            ),
            (
                "remove",
                _("Can you take it down yourselves?"),
                _(
                    "No. We have no power over other sites. We give them what they need to find "
                    "it. If you know where it is, report it there as well."
                ),
            ),
            (
                "withdraw",
                _("What happens when I withdraw?"),
                _(
                    "The fingerprints leave every platform’s list. Platforms may go on applying "
                    "their own rules to what they have already found. You cannot undo it, but "
                    "you can open a new case."
                ),
            ),
            (
                "police",
                _("Do you tell the police, my family or my employer?"),
                _("No. We do not know who you are, so we cannot tell anyone."),
            ),
        ),
    ),
)
