"""Push: the bell that tells a partner there is news. Pull is the truth (docs/webhooks.md).

ringing writes what endpoints are owed; leasing, posting and recording carry it out; schedule
says when to try again; endpoints and replaying are what partners and staff can do.
"""
