"""Acts for which two people are needed: one asks, another one answers, then it is done once.

An app registers its act in its own `approvals` module, which its admin imports:

    @approvable("purge", title="Erase a withdrawn hash", form=PurgeForm)
    def purge(approval: Approval) -> Outcome: ...

`ask`, `decide`, `collect` and `take_back` are the services; the pages are under staff/approvals.
"""

from ncii.staff.approvals.acts import ActForm, ActRefused, Outcome, approvable
from ncii.staff.approvals.services import ask, collect, decide, take_back

__all__ = [
    "ActForm",
    "ActRefused",
    "Outcome",
    "approvable",
    "ask",
    "collect",
    "decide",
    "take_back",
]
