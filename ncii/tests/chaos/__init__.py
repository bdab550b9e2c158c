"""`make chaos`: everything is killed at random for a while, and nothing may be lost.

Writers with random pauses before their commits, some of which die in the middle; partners that read
by feed, exchange and export; webhooks. Meanwhile web, worker, beat, Redis and PostgreSQL get SIGKILL in
random order. At the end each partner's copy equals the bank, and each endpoint has heard of it.
"""
