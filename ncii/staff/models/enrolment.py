"""What somebody needs besides the first password to set up a second factor."""

from django.conf import settings
from django.db import models


class EnrolmentCode(models.Model):
    """The keyed digest of the one code with which a person may enrol, until `expires_at`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    digest = models.CharField(max_length=64)
    digest_key_id = models.CharField(max_length=32)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return "an enrolment code"
