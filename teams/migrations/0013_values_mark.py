"""Each report bears a mark of its figures, kept by the table of figures itself."""

from django.db import migrations, models

import content.marks

# The reports are locked before their figures are read: of two hands on one report the
# second sees what the first has done. Without their key: who writes the first figure of
# a report holds that key already, as does everybody else who does so at once.
KEPT = """
CREATE FUNCTION teams_keep_values_mark() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    reports bigint[];
BEGIN
    SELECT array_agg(DISTINCT report_id) INTO reports FROM changed;
    IF reports IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM teams_report
    WHERE id = ANY (reports) ORDER BY id FOR NO KEY UPDATE;
    UPDATE teams_report SET values_mark = COALESCE((
        SELECT bit_xor(hash_record_extended(ROW(id, indicator_id, number, yes), 0))
        FROM teams_reportvalue WHERE report_id = teams_report.id
    ), 0)
    WHERE id = ANY (reports);
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_values_mark_added AFTER INSERT ON teams_reportvalue
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION teams_keep_values_mark();
CREATE TRIGGER keep_values_mark_removed AFTER DELETE ON teams_reportvalue
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION teams_keep_values_mark();
CREATE TRIGGER keep_values_mark_moved_to AFTER UPDATE ON teams_reportvalue
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION teams_keep_values_mark();
CREATE TRIGGER keep_values_mark_moved_from AFTER UPDATE ON teams_reportvalue
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION teams_keep_values_mark();
"""
NOT_KEPT = """
DROP TRIGGER keep_values_mark_added ON teams_reportvalue;
DROP TRIGGER keep_values_mark_removed ON teams_reportvalue;
DROP TRIGGER keep_values_mark_moved_to ON teams_reportvalue;
DROP TRIGGER keep_values_mark_moved_from ON teams_reportvalue;
DROP FUNCTION teams_keep_values_mark();
"""
FILLED = """
UPDATE teams_report SET values_mark = told.mark
FROM (
    SELECT report_id,
        bit_xor(hash_record_extended(ROW(id, indicator_id, number, yes), 0)) AS mark
    FROM teams_reportvalue GROUP BY report_id
) AS told
WHERE told.report_id = teams_report.id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0012_agreed_version"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="values_mark",
            field=content.marks.MarkBelow(db_default=0, default=0, editable=False),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="report",
            name="mark",
            field=models.GeneratedField(
                db_persist=True,
                expression=content.marks.Told(*("id", "values_mark", "decided_at")),
                output_field=models.BigIntegerField(),
            ),
        ),
    ]
