"""The words of a removal request, with gaps that only the person's own device fills.

It holds what a valid request under the TAKE IT DOWN Act (United States, Public Law 119-12,
section 3(a)(1)(B)) must hold: a signature, what identifies and locates the image, a statement in
good faith that it was published without consent, and how to reach who asks.
"""

from django.utils.translation import gettext as _

GAP = "______________________________"
ALTERNATIVES = ("self", "other", "fake")


def letter() -> dict[str, str]:
    """Return the paragraphs in order, in the active language, by name.

    Gaps: {platform}, {date}, {links}, {deadline}, {contact}, {name}. Of the paragraphs named in
    ALTERNATIVES a letter has those that are true.
    """
    return {
        "heading": _("Request to remove intimate images published without consent"),
        "to": _("To: {platform}"),
        "date": _("Date: {date}"),
        "ask": _(
            "I ask you to remove intimate images that were published on your service without the "
            "consent of the person they show."
        ),
        "self": _("I am the person in the images."),
        "other": _("I act for the person in the images, with their permission."),
        "fake": _("The images are fakes. They were made or changed by a computer to look real."),
        "where": _("The images are here:\n{links}"),
        "faith": _(
            "I believe in good faith that the images were published without consent. "
            "The person in them did not agree to it."
        ),
        "remove": _(
            "Please remove them, and every identical copy that you know of, within 48 hours: "
            "by {deadline}. The TAKE IT DOWN Act of the United States asks this of the platforms "
            "it covers."
        ),
        "private": _(
            "Please do not pass my name or my contact details on to anyone, least of all to the "
            "person who published the images."
        ),
        "reach": _("Please tell me when it is done. You can reach me here: {contact}"),
        "sign": _("Signature: {name}"),
    }


def by_hand() -> list[str]:
    """Return the letter for who fills it in with a pen: gaps as lines, alternatives to tick."""
    gaps = dict.fromkeys(("platform", "date", "deadline", "contact", "name"), GAP)
    gaps["links"] = "\n".join([GAP] * 3)
    return [
        f"☐ {text}" if name in ALTERNATIVES else text.format(**gaps)
        for name, text in letter().items()
    ]


def page_words() -> dict[str, str]:
    """Return what the page's script says, in the active language."""
    return {
        "copied": _("Copied"),
        "notCopied": _("Copying did not work. Select the letter and copy it, please."),
        "saved": _("Saved to your downloads"),
        "letterFile": _("letter.txt"),
        "reminder": _("Reminder"),
        "reminderFile": _("reminder.ics"),
        "missing_site": _("the name of the site"),
        "missing_links": _("the address of each page or post"),
        "missing_name": _("your name"),
        "missing_contact": _("how the site can reach you"),
    }
