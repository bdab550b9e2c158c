"""What can go wrong with a case, by name; the views turn names into plain words."""


class CaseError(Exception):
    """The root of the named errors of cases."""


class BadToken(CaseError):
    """The submission token is not ours, or the form is more than a day old."""


class AlreadySent(CaseError):
    """The form has opened a case already, and the PIN sent now does not open it."""


class TooManyFiles(CaseError):
    """The case would hold more files than a case can."""


class AlreadyWithdrawn(CaseError):
    """The case was withdrawn; it can't be changed any more."""
