from django.db import migrations

# As before, and a label may give way to the words that stand for nobody: entries of officers who came by personal
# link, and those from before labels were numbers, name persons whose time is over.
GUARD = """
CREATE OR REPLACE FUNCTION directory_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'audit entries are never deleted';
    END IF;
    IF (NEW.changes IS NOT NULL AND NEW.changes IS DISTINCT FROM OLD.changes)
       OR (NEW.ip IS NOT NULL AND NEW.ip IS DISTINCT FROM OLD.ip){labels}
       OR (to_jsonb(NEW) - {scrubbed}) IS DISTINCT FROM (to_jsonb(OLD) - {scrubbed}) THEN
        RAISE EXCEPTION 'audit entries are never changed, only scrubbed';
    END IF;
    RETURN NEW;
END $$;
"""
LABELS = """
       OR (NEW.actor_label <> '(đã ẩn danh)' AND NEW.actor_label IS DISTINCT FROM OLD.actor_label)
       OR (NEW.object_label <> '(đã ẩn danh)' AND NEW.object_label IS DISTINCT FROM OLD.object_label)"""
FORWARD = GUARD.format(
    labels=LABELS, scrubbed="ARRAY['changes', 'ip', 'actor_label', 'object_label']"
)
BACKWARD = GUARD.format(labels="", scrubbed="ARRAY['changes', 'ip']")


class Migration(migrations.Migration):
    dependencies = [("directory", "0008_roles")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
