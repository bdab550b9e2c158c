"""The ledger: what was taken back, kept apart from the database so that no old copy undoes it.

A backup that is put back brings withdrawn cases and revoked keys to life again. So every such
deletion is also a line of a file, to be kept elsewhere, and `manage.py after_restore` does them
again. An entry is written to the database with the deletion, in one transaction, and goes from
there to the file: a line may stand there twice, and is never missing.
"""
