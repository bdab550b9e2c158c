"""The database itself refuses to change or remove an entry of the audit."""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION staff_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit is append-only.';
END;
$$;
CREATE TRIGGER staff_audit_append_only BEFORE UPDATE OR DELETE ON staff_auditentry
    FOR EACH ROW EXECUTE FUNCTION staff_audit_is_append_only();
"""
UNDO_POSTGRESQL = """
DROP TRIGGER staff_audit_append_only ON staff_auditentry;
DROP FUNCTION staff_audit_is_append_only();
"""
SQLITE = tuple(
    f"""
CREATE TRIGGER staff_audit_no_{act.lower()} BEFORE {act} ON staff_auditentry
BEGIN
    SELECT RAISE(ABORT, 'The audit is append-only.');
END
"""
    for act in ("UPDATE", "DELETE")
)
UNDO_SQLITE = ("DROP TRIGGER staff_audit_no_update", "DROP TRIGGER staff_audit_no_delete")


def protect(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for statement in SQLITE:
            schema_editor.execute(statement)


def unprotect(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNDO_POSTGRESQL)
    else:
        for statement in UNDO_SQLITE:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_audit")]
    operations = [migrations.RunPython(protect, unprotect)]
