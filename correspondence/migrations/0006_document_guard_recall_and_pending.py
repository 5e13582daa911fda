from django.db import migrations

# As 0003, and: a recall writes its time and reason; a copy whose PDF is still to be made is completed once;
# what was signed is never changed or deleted.
FORWARD = """
CREATE OR REPLACE FUNCTION correspondence_document_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'updated_at'];
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
    IF OLD.state = 'issued' AND NEW.state = 'recalled' THEN
        loose := loose || ARRAY['recalled_at', 'recall_reason'];
    END IF;
    IF NEW.state = 'draft' OR (NEW.state <> OLD.state AND OLD.state <> 'issued') OR
       (to_jsonb(NEW) - loose) IS DISTINCT FROM (to_jsonb(OLD) - loose) THEN
        RAISE EXCEPTION 'an issued document is never changed, only replaced or recalled';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION correspondence_copy_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    filled text[] := ARRAY['file', 'file_name', 'size', 'sha256'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.sha256 = '' AND (to_jsonb(NEW) - filled) = (to_jsonb(OLD) - filled) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a copy is never changed or deleted';
END $$;

CREATE FUNCTION correspondence_signed_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'uploaded_by_id') = (to_jsonb(OLD) - 'uploaded_by_id') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a signed copy is never changed or deleted';
END $$;
CREATE TRIGGER correspondence_signed_guard BEFORE UPDATE OR DELETE ON correspondence_signedcopy
    FOR EACH ROW EXECUTE FUNCTION correspondence_signed_guard();
"""
# The two replaced functions stay: they refuse nothing that 0003 allowed but jumps between end states.
BACKWARD = """
DROP TRIGGER correspondence_signed_guard ON correspondence_signedcopy;
DROP FUNCTION correspondence_signed_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0005_letters_and_documents")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
