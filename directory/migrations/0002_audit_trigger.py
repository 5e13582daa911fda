from django.db import migrations

# The trail is append-only: DELETE is refused, and UPDATE may only scrub personal data (changes, ip → NULL).
# There is no TRUNCATE trigger: tests flush, and production's application role has no TRUNCATE right.
FORWARD = """
CREATE FUNCTION directory_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'audit entries are never deleted';
    END IF;
    IF (NEW.changes IS NOT NULL AND NEW.changes IS DISTINCT FROM OLD.changes)
       OR (NEW.ip IS NOT NULL AND NEW.ip IS DISTINCT FROM OLD.ip)
       OR (to_jsonb(NEW) - 'changes' - 'ip') IS DISTINCT FROM (to_jsonb(OLD) - 'changes' - 'ip') THEN
        RAISE EXCEPTION 'audit entries are never changed, only scrubbed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER directory_audit_guard BEFORE UPDATE OR DELETE ON directory_auditentry
    FOR EACH ROW EXECUTE FUNCTION directory_audit_guard();
"""
BACKWARD = """
DROP TRIGGER directory_audit_guard ON directory_auditentry;
DROP FUNCTION directory_audit_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
