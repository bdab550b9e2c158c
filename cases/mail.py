"""The case number by e-mail: sent once, inside the request, and forgotten."""

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

log = structlog.get_logger("cases.mail")


def mail_is_available() -> bool:
    """Say whether this installation can send e-mail at all."""
    return not settings.EMAIL_BACKEND.endswith(".dummy.EmailBackend")


def send_case_number(address: str, number: str, language: str) -> bool:
    """Send the number by SMTP and wait for the answer; False if it could not be handed over.

    Subject and text say nothing of what the number is for. Neither address nor number is
    stored, queued or logged.
    """
    with override(language):
        message = EmailMessage(
            subject=_("Your number"),
            body=_("You asked us to send you this number: %(number)s") % {"number": number},
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[address],
        )
    try:
        return message.send(fail_silently=False) == 1
    except Exception as error:  # noqa: BLE001 - smtplib and ssl raise a dozen kinds; the case is safe
        log.warning("mail_not_sent", error=type(error).__name__)
        return False
