"""The triggers that make the database refuse to change or remove an entry of the audit.

Made again after every migration: SQLite makes a changed table anew and forgets its triggers.
"""

from typing import Any

from django.db import connections

_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION staff_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The audit is append-only.';
    END;
    $$
    """,
    """
    CREATE OR REPLACE TRIGGER staff_audit_append_only BEFORE UPDATE OR DELETE
    ON staff_auditentry FOR EACH ROW EXECUTE FUNCTION staff_audit_is_append_only()
    """,
)
_SQLITE = tuple(
    f"""
    CREATE TRIGGER IF NOT EXISTS staff_audit_no_{act.lower()} BEFORE {act} ON staff_auditentry
    BEGIN
        SELECT RAISE(ABORT, 'The audit is append-only.');
    END
    """
    for act in ("UPDATE", "DELETE")
)


def protect_audit(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """Receiver of post_migrate: make the triggers that are not there. Idempotent."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if "staff_auditentry" not in connection.introspection.table_names(cursor):
            return
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)
