"""What people ask, and the answers. The name of each is its address on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText


@dataclass(frozen=True)
class Question:
    """A question and its answer; `link`: the name of a page that goes on, and its words."""

    name: str
    text: LazyText
    answer: LazyText
    link: tuple[str, LazyText] | None = None
    link_number: int | None = None

    @property
    def href(self) -> str:
        """Return the address of the page that goes on; empty where there is none."""
        if self.link is None:
            return ""
        return reverse(self.link[0], args=[self.link_number] if self.link_number else [])


@dataclass(frozen=True)
class Group:
    """Questions that belong together."""

    title: LazyText
    questions: tuple[Question, ...]


GROUPS = (
    Group(
        _("Before you start"),
        (
            Question(
                "what",
                _("What does this site do?"),
                _(
                    "It helps to stop an intimate image of you from spreading. Your device makes a "
                    "fingerprint of the image. Platforms look for the same fingerprint in what people "
                    "post, and can block it."
                ),
                ("how", _("How it works")),
            ),
            Question(
                "who",
                _("Who can open a case?"),
                _(
                    "Any adult, anywhere in the world, of any gender and sexuality, for an "
                    "intimate image of themselves in which they were 18 or older. Other people "
                    "may be in it too."
                ),
            ),
            Question(
                "young",
                _("I was under 18 in the image."),
                _(
                    "Then we cannot open a case, even if you are an adult now. Other services are made "
                    "for you. They are free, and you will not get into trouble."
                ),
                ("stopped", _("See who can help")),
                link_number=2,
            ),
            Question(
                "someone-else",
                _("The image shows someone else."),
                _(
                    "Only the person in the image can open a case. It is their choice. But there is a lot "
                    "you can do to help."
                ),
                ("stopped", _("How you can help")),
                link_number=1,
            ),
            Question(
                "intimate",
                _("What counts as intimate?"),
                _(
                    "An image that shows you naked, or your genitals, or a sexual act or pose. Underwear "
                    "counts too, if it shows you in a way that you would not want others to see."
                ),
            ),
            Question(
                "threat",
                _("Nobody has shared it yet. Can I open a case?"),
                _("Yes. A threat is enough. It is even the best moment to do it."),
            ),
            Question(
                "offline",
                _("It is not on the internet. It goes round in chats or on paper."),
                _(
                    "You can open a case. It helps as soon as someone posts the image on a platform that "
                    "takes part."
                ),
            ),
            Question(
                "fake",
                _("It is a fake. Does that count?"),
                _("Yes. Images made or changed by a computer count like real ones."),
            ),
            Question(
                "cost",
                _("Does it cost anything?"),
                _(
                    "No. We never ask for money, for your picture, or for an account. Whoever "
                    "does so in our name is lying: leave at once."
                ),
            ),
            Question(
                "real",
                _("How do I know that this site is real?"),
                _(
                    "Look at the address at the top of your browser, and try the site in airplane mode. A "
                    "false site asks for your picture, for money or for an account."
                ),
                ("impostors", _("Beware of false helpers")),
            ),
            Question(
                "script",
                _("Does it work without JavaScript?"),
                _(
                    "Almost all of it. Only the page that makes the fingerprints needs JavaScript, "
                    "because your own device does that work."
                ),
            ),
        ),
    ),
    Group(
        _("Your pictures"),
        (
            Question(
                "hash",
                _("What is a fingerprint?"),
                _(
                    "A short code that your device works out from a photo or video. It is also called a "
                    "hash. We use two kinds that platforms know: PDQ for photos, and MD5 for videos."
                ),
            ),
            Question(
                "seen",
                _("Does anyone see my picture?"),
                _(
                    "We do not: it never leaves your device. If a platform finds a copy on its "
                    "own site, people who work there may look at that copy to decide."
                ),
            ),
            Question(
                "check",
                _("How can I be sure that nothing leaves my device?"),
                _(
                    "Try it in airplane mode: the fingerprints are made all the same. On a computer you "
                    "can also read every request."
                ),
                ("check_yourself", _("Check it yourself")),
            ),
            Question(
                "back",
                _("Can someone turn the fingerprint back into my picture?"),
                _(
                    "No. The fingerprint of a photo holds 256 yes-or-no answers about light and "
                    "dark, far too few to show you: at most a rough blur. That of a video holds nothing "
                    "to be seen at all."
                ),
            ),
            Question(
                "kinds",
                _("Which files can I use?"),
                _(
                    "Photos: JPEG, PNG, GIF, HEIC, WebP, AVIF, BMP, TIFF, PSD, XCF, TGA, MIFF, "
                    "ICO, DICOM, XPM and PCX. Videos: MP4, MOV, AVI, WMV, WebM, MKV, M4V and 3GP."
                ),
            ),
            Question(
                "best",
                _("Which copy should I use?"),
                _(
                    "The original works best, as it came from the camera or the chat. Do you know of "
                    "other copies that look different? Add them too."
                ),
            ),
            Question(
                "large",
                _("My video is very large."),
                _(
                    "That is fine. Your device reads it piece by piece. It can take some minutes: leave "
                    "the page open. If it is too big for this browser, the page says so. Then try on a "
                    "computer."
                ),
            ),
            Question(
                "no-copy",
                _("I no longer have the image."),
                _(
                    "Then no fingerprint can be made. But you can still report it to the site where it "
                    "is, and get help."
                ),
                ("stopped", _("What you can do")),
                link_number=4,
            ),
            Question(
                "many",
                _("I have more than 20 files."),
                _("Open another case for the rest. You can open as many as you need."),
            ),
            Question(
                "screenshot",
                _("I only have a screenshot."),
                _(
                    "It works. Cut away what is around the image first, such as borders or "
                    "buttons, but nothing of the image itself."
                ),
            ),
            Question(
                "changed",
                _("What if the copy was changed?"),
                _(
                    "A smaller or slightly different copy of a photo is still found. One that was "
                    "cropped, filtered or cut may not be: add that copy too, if you have it. "
                    "A video is only found if it is exactly the same file."
                ),
            ),
            Question(
                "fails",
                _("Why can a fingerprint fail?"),
                _(
                    "The file may be damaged, or of a kind we do not know. A video may be too big "
                    "for your browser. A picture may have too little detail. The page tells "
                    "you which, and what to do. Your other files go on."
                ),
            ),
            Question(
                "delete",
                _("Can I delete the picture afterwards?"),
                _("Yes. The fingerprint goes on working without it."),
            ),
        ),
    ),
    Group(
        _("Case number and PIN"),
        (
            Question(
                "number",
                _("What are the case number and the PIN for?"),
                _(
                    "You need both to see your case or to withdraw it. We give you the number. You choose "
                    "the PIN. Print or save the number on your device. The PIN is on that sheet only if "
                    "you ask for it."
                ),
            ),
            Question(
                "personal",
                _("Do you need my name, phone number or e-mail address?"),
                _(
                    "No. You need no account either. You can have the case number sent by e-mail, but you "
                    "do not have to."
                ),
            ),
            Question(
                "lost",
                _("I have lost my number or my PIN."),
                _(
                    "Nobody can find them again, because we do not keep them in a form that can "
                    "be read. Your case goes on working, but it can no longer be withdrawn. "
                    "You can open a new one with the same files to see what happens from then on."
                ),
            ),
            Question(
                "mail",
                _("What happens to my e-mail address?"),
                _(
                    "If you give one, we use it once to send you the number. We do not keep it. "
                    "Your e-mail provider can see that message."
                ),
            ),
            Question(
                "shared-device",
                _("Other people use my device. What can they see?"),
                _(
                    "Your browser may keep the addresses you visited. Ours do not say what they "
                    "are about, but you can clear the history, or use a private window. "
                    "Press “Quick exit”, or the Esc key three times, to leave at once."
                ),
            ),
            Question(
                "minutes",
                _("Why does the page of my case close by itself?"),
                _(
                    "So that nobody else finds it open. It closes after 15 minutes without use. It asks "
                    "you two minutes before, and you can stay."
                ),
            ),
        ),
    ),
    Group(
        _("What platforms do"),
        (
            Question(
                "online",
                _("It is already online. What should I do first?"),
                _(
                    "Keep proof, if you can. Then report it to the site where it is. Then open a case "
                    "here, so that new copies can be stopped."
                ),
                ("online", _("How to report it")),
            ),
            Question(
                "money",
                _("Someone asks me for money or for more pictures."),
                _(
                    "Do not pay and do not send more. It does not make them stop. Keep their messages, "
                    "and tell the police or a helpline. You can open a case at once."
                ),
                ("support", _("Find support")),
            ),
            Question(
                "who-takes-part",
                _("Which platforms take part?"),
                _(
                    "Your case page shows every platform that has your fingerprints. Those that agreed to "
                    "be named are on our list."
                ),
                ("partners", _("Who takes part")),
            ),
            Question(
                "words",
                _("What do the words on my case page mean?"),
                _(
                    "Received: we have your fingerprints. Active: platforms can fetch them. Withdrawn: "
                    "platforms are told to remove them. Some time later the case is deleted. For each "
                    "file you see who has fetched it and what they found."
                ),
            ),
            Question(
                "found",
                _("What happens when a platform finds a match?"),
                _(
                    "It looks at what was posted, decides by its own rules, and tells us: being "
                    "checked, blocked, or not blocked. You can read it on the page of your case."
                ),
            ),
            Question(
                "remove",
                _("Can you take it down yourselves?"),
                _(
                    "No. We have no power over other sites. We give them what they need to find "
                    "it. If you know where it is, report it there as well."
                ),
            ),
            Question(
                "not-blocked",
                _("A platform found it and did not block it."),
                _(
                    "It decided that its rules allow the post. You can still report it there yourself, "
                    "with a letter that says you did not agree."
                ),
                ("letter", _("Write a removal request")),
            ),
            Question(
                "no-answer",
                _("A site does not answer my report."),
                _(
                    "In the United States and some other countries an authority can act. A helpline can "
                    "often reach the site too."
                ),
                ("letter", _("If they do not act")),
            ),
            Question(
                "withdraw",
                _("What happens when I withdraw?"),
                _(
                    "The fingerprints leave every platform’s list. Platforms may go on applying "
                    "their own rules to what they have already found. You cannot undo it, but "
                    "you can open a new case."
                ),
            ),
            Question(
                "same-picture",
                _("What if someone else has a case with the same picture?"),
                _("The two cases do not touch each other. If one is withdrawn, the other goes on."),
            ),
            Question(
                "change",
                _("Can I change my case later?"),
                _("No. You can withdraw it and open a new one. To add files, open one more case."),
            ),
            Question(
                "how-long",
                _("How long do you keep my case?"),
                _(
                    "Until you withdraw it. After that we keep it a short time, so that you can see what "
                    "happened, and then delete it."
                ),
                ("privacy", _("Your privacy")),
            ),
            Question(
                "police",
                _("Do you tell the police, my family or my employer?"),
                _("No. We do not know who you are, so we cannot tell anyone."),
            ),
        ),
    ),
)
