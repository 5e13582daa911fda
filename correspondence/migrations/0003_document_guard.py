from django.db import migrations

# What was issued stays as it was issued: only its state may go on (replaced, recalled), never back to draft.
# What was sent to a recipient is never changed or deleted.
FORWARD = """
CREATE FUNCTION correspondence_document_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'an issued document is never deleted';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'draft' THEN
        RETURN NEW;
    END IF;
    IF NEW.state = 'draft' OR
       (to_jsonb(NEW) - 'state' - 'updated_at') IS DISTINCT FROM (to_jsonb(OLD) - 'state' - 'updated_at') THEN
        RAISE EXCEPTION 'an issued document is never changed, only replaced or recalled';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER correspondence_document_guard BEFORE UPDATE OR DELETE ON correspondence_officialdocument
    FOR EACH ROW EXECUTE FUNCTION correspondence_document_guard();

CREATE FUNCTION correspondence_copy_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a copy is never changed or deleted';
END $$;
CREATE TRIGGER correspondence_copy_guard BEFORE UPDATE OR DELETE ON correspondence_documentcopy
    FOR EACH ROW EXECUTE FUNCTION correspondence_copy_guard();
"""
BACKWARD = """
DROP TRIGGER correspondence_copy_guard ON correspondence_documentcopy;
DROP FUNCTION correspondence_copy_guard();
DROP TRIGGER correspondence_document_guard ON correspondence_officialdocument;
DROP FUNCTION correspondence_document_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0002_document_heads")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
