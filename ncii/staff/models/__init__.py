"""The staff's own tables."""

from ncii.staff.models.approval import Approval, ApprovalState
from ncii.staff.models.audit import AppendOnly, AuditEntry, AuditHead
from ncii.staff.models.enrolment import EnrolmentCode
from ncii.staff.models.figures import DayCount, DayFigure
from ncii.staff.models.passkey import Passkey
from ncii.staff.models.second_factor import Authenticator, RecoveryCode, RecoveryCodes

__all__ = [
    "AppendOnly",
    "Approval",
    "ApprovalState",
    "AuditEntry",
    "AuditHead",
    "Authenticator",
    "DayCount",
    "DayFigure",
    "EnrolmentCode",
    "Passkey",
    "RecoveryCode",
    "RecoveryCodes",
]
