"""The triggers that make the database refuse what no page does.

An entry of the audit is neither changed nor removed; a request for two people is asked once,
stays as it was asked, and goes only forward. Made again after every migration: SQLite makes a
changed table anew and forgets its triggers.
"""

from typing import Any

from django.db import connections

AUDIT, APPROVALS = "staff_auditentry", "staff_approval"
_ASKED = (
    *("act", "subject", "payload", "reason"),
    *("requested_by_id", "requested_at", "expires_at"),
)
# From which state to which; the columns on the right may change on the way.
_ANSWER = "old.state = 'pending' AND new.state IN ('approved', 'refused', 'taken back')"
_DOING = (
    "old.state = 'approved' AND new.state = 'done' AND old.decided_by_id = new.decided_by_id "
    "AND old.decided_at = new.decided_at AND old.collect_until = new.collect_until"
)
_POSTGRESQL = {
    AUDIT: (
        """
        CREATE OR REPLACE FUNCTION staff_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'The audit is append-only.'; END; $$
        """,
        """
        CREATE OR REPLACE TRIGGER staff_audit_append_only BEFORE UPDATE OR DELETE
        ON staff_auditentry FOR EACH ROW EXECUTE FUNCTION staff_audit_is_append_only()
        """,
    ),
    APPROVALS: (
        """
        CREATE OR REPLACE FUNCTION staff_approval_refuses() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'A request is asked once and goes only forward.'; END; $$
        """,
        """
        CREATE OR REPLACE TRIGGER staff_approval_no_delete BEFORE DELETE ON staff_approval
        FOR EACH ROW EXECUTE FUNCTION staff_approval_refuses()
        """,
        """
        CREATE OR REPLACE TRIGGER staff_approval_begins BEFORE INSERT ON staff_approval
        FOR EACH ROW WHEN (new.state <> 'pending') EXECUTE FUNCTION staff_approval_refuses()
        """,
        f"""
        CREATE OR REPLACE TRIGGER staff_approval_forward BEFORE UPDATE ON staff_approval
        FOR EACH ROW WHEN ({" OR ".join(f"old.{c} IS DISTINCT FROM new.{c}" for c in _ASKED)}
        OR (({_ANSWER}) OR ({_DOING})) IS NOT TRUE)
        EXECUTE FUNCTION staff_approval_refuses()
        """,
    ),
}


def _on_sqlite(name: str, when: str, said: str) -> str:
    return f"""
    CREATE TRIGGER IF NOT EXISTS {name} BEFORE {when}
    BEGIN
        SELECT RAISE(ABORT, '{said}');
    END
    """


_APPEND_ONLY = "The audit is append-only."
_FORWARD = "A request is asked once and goes only forward."
_SQLITE = {
    AUDIT: (
        _on_sqlite("staff_audit_no_update", f"UPDATE ON {AUDIT}", _APPEND_ONLY),
        _on_sqlite("staff_audit_no_delete", f"DELETE ON {AUDIT}", _APPEND_ONLY),
    ),
    APPROVALS: (
        _on_sqlite("staff_approval_no_delete", f"DELETE ON {APPROVALS}", _FORWARD),
        _on_sqlite(
            "staff_approval_begins",
            f"INSERT ON {APPROVALS} WHEN new.state <> 'pending'",
            _FORWARD,
        ),
        _on_sqlite(
            "staff_approval_forward",
            f"UPDATE ON {APPROVALS} WHEN {' OR '.join(f'old.{c} IS NOT new.{c}' for c in _ASKED)} "
            f"OR (({_ANSWER}) OR ({_DOING})) IS NOT TRUE",
            _FORWARD,
        ),
    ),
}
# What a test that empties the tables on SQLite has to take away first.
NO_DELETE = ("staff_audit_no_update", "staff_audit_no_delete", "staff_approval_no_delete")


def protect_tables(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """Receiver of post_migrate: make the triggers that are not there. Idempotent."""
    connection = connections[using]
    triggers = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table, statements in triggers.items():
            for statement in statements if table in tables else ():
                cursor.execute(statement)


def limit_rights(role: str, using: str = "default") -> None:
    """Let a role of PostgreSQL do what the application does, and no more.

    To be run by the tables' owner after each migration. The role can't change, remove or truncate
    an entry of the audit, nor remove a request, nor take a trigger away: it owns nothing.
    """
    connection = connections[using]
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
            f"REVOKE UPDATE, DELETE ON {AUDIT} FROM {name}",
            f"REVOKE DELETE ON {APPROVALS} FROM {name}",
        ):
            cursor.execute(statement)


def may_rewrite_audit(using: str = "default") -> bool:
    """Say whether the role that this process connects as could rewrite the audit if it tried.

    The owner of the table can, whatever the triggers say: it can take them away. SQLite has no
    roles.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        # No table before the first migration: to_regclass is null then, and so is the answer.
        cursor.execute(
            "SELECT has_table_privilege(to_regclass(%s), 'UPDATE, DELETE, TRUNCATE, TRIGGER')",
            [AUDIT],
        )
        return bool(cursor.fetchone()[0])
