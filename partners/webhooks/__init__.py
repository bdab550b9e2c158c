"""Push: the bell that tells a partner there is news. Pull is the truth (docs/webhooks.md).

ringing writes what endpoints are owed; delivering carries it out, with leasing, courier, posting,
signing and recording; schedule says when to try again; upkeep warns and forgets; endpoints is what
partners and staff can do.
"""
