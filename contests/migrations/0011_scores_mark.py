"""Each sheet bears a mark of its scores, kept by the table of scores itself."""

from django.db import migrations, models

import content.marks

# The sheets are locked before their scores are read: of two hands on one sheet the
# second sees what the first has done. Without their key: who writes the first score of
# a sheet holds that key already, as does everybody else who does so at once.
KEPT = """
CREATE FUNCTION contests_keep_scores_mark() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sheets bigint[];
BEGIN
    SELECT array_agg(DISTINCT assignment_id) INTO sheets FROM changed;
    IF sheets IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM contests_judgeassignment
    WHERE id = ANY (sheets) ORDER BY id FOR NO KEY UPDATE;
    UPDATE contests_judgeassignment SET scores_mark = COALESCE((
        SELECT bit_xor(hash_record_extended(ROW(id, criterion_id, value), 0))
        FROM contests_score WHERE assignment_id = contests_judgeassignment.id
    ), 0)
    WHERE id = ANY (sheets);
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_scores_mark_added AFTER INSERT ON contests_score
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION contests_keep_scores_mark();
CREATE TRIGGER keep_scores_mark_removed AFTER DELETE ON contests_score
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION contests_keep_scores_mark();
CREATE TRIGGER keep_scores_mark_moved_to AFTER UPDATE ON contests_score
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION contests_keep_scores_mark();
CREATE TRIGGER keep_scores_mark_moved_from AFTER UPDATE ON contests_score
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION contests_keep_scores_mark();
"""
NOT_KEPT = """
DROP TRIGGER keep_scores_mark_added ON contests_score;
DROP TRIGGER keep_scores_mark_removed ON contests_score;
DROP TRIGGER keep_scores_mark_moved_to ON contests_score;
DROP TRIGGER keep_scores_mark_moved_from ON contests_score;
DROP FUNCTION contests_keep_scores_mark();
"""
FILLED = """
UPDATE contests_judgeassignment SET scores_mark = told.mark
FROM (
    SELECT assignment_id,
        bit_xor(hash_record_extended(ROW(id, criterion_id, value), 0)) AS mark
    FROM contests_score GROUP BY assignment_id
) AS told
WHERE told.assignment_id = contests_judgeassignment.id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contests", "0010_contact_address"),
    ]

    operations = [
        migrations.AddField(
            model_name="judgeassignment",
            name="scores_mark",
            field=content.marks.MarkBelow(db_default=0, default=0, editable=False),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="judgeassignment",
            name="mark",
            field=models.GeneratedField(
                db_persist=True,
                expression=content.marks.Told(
                    *(
                        "id",
                        "entry",
                        "judge",
                        "aside",
                        "admitted_at",
                        "scored_at",
                        "scores_mark",
                    )
                ),
                output_field=models.BigIntegerField(),
            ),
        ),
    ]
