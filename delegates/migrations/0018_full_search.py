from django.db import migrations, models

# Written by the database, so that it is right whoever writes, the version before this one included while both run.
# It only puts together what was folded in Python.
TRIGGERS = """
CREATE FUNCTION delegates_full_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.full_search := concat_ws(' ', NEW.search, (
        SELECT concat_ws(' ', seat.name_key, unit.search)
        FROM delegates_seat seat
        JOIN delegates_nomination nomination ON nomination.id = seat.nomination_id
        LEFT JOIN directory_administrativeunit unit ON unit.id = nomination.unit_id
        WHERE seat.id = NEW.seat_id
    ));
    RETURN NEW;
END $$;
CREATE TRIGGER delegates_full_search BEFORE INSERT OR UPDATE OF search, seat_id, full_search ON delegates_delegate
    FOR EACH ROW EXECUTE FUNCTION delegates_full_search();

CREATE FUNCTION delegates_full_search_of_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE delegates_delegate SET search = search WHERE seat_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER delegates_full_search AFTER UPDATE ON delegates_seat
    FOR EACH ROW WHEN (OLD.name_key <> NEW.name_key OR OLD.nomination_id <> NEW.nomination_id)
    EXECUTE FUNCTION delegates_full_search_of_seat();

CREATE FUNCTION delegates_full_search_of_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE delegates_delegate SET search = search WHERE seat_id IN (
        SELECT seat.id FROM delegates_seat seat
        JOIN delegates_nomination nomination ON nomination.id = seat.nomination_id
        WHERE nomination.unit_id = NEW.id
    );
    RETURN NULL;
END $$;
CREATE TRIGGER delegates_full_search AFTER UPDATE ON directory_administrativeunit
    FOR EACH ROW WHEN (OLD.search <> NEW.search) EXECUTE FUNCTION delegates_full_search_of_unit();
"""
NO_TRIGGERS = """
DROP TRIGGER delegates_full_search ON directory_administrativeunit;
DROP FUNCTION delegates_full_search_of_unit();
DROP TRIGGER delegates_full_search ON delegates_seat;
DROP FUNCTION delegates_full_search_of_seat();
DROP TRIGGER delegates_full_search ON delegates_delegate;
DROP FUNCTION delegates_full_search();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("delegates", "0017_unused_room_contacts"),
        ("directory", "0009_scrub_labels"),
    ]

    operations = [
        migrations.AddField(
            model_name="delegate",
            name="full_search",
            field=models.TextField(blank=True, db_collation="C", db_default="", editable=False),
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
