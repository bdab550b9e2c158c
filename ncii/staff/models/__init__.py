"""The staff's own tables."""

from ncii.staff.models.second_factor import Authenticator, RecoveryCode, RecoveryCodes

__all__ = ["Authenticator", "RecoveryCode", "RecoveryCodes"]
