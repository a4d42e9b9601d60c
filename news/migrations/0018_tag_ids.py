"""An article's tags as numbers in its own row, kept by the tags' table itself."""

import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models

import news.models.article

# The rows are locked before the tags are read: of two hands on one article the second
# sees what the first has done.
KEPT = """
CREATE FUNCTION news_keep_tag_ids() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    articles bigint[];
BEGIN
    SELECT array_agg(DISTINCT article_id) INTO articles FROM changed;
    IF articles IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM news_article WHERE id = ANY (articles) ORDER BY id FOR UPDATE;
    UPDATE news_article SET tag_ids = ARRAY(
        SELECT tag_id FROM news_article_tags
        WHERE article_id = news_article.id ORDER BY tag_id
    )
    WHERE id = ANY (articles);
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_tag_ids_added AFTER INSERT ON news_article_tags
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION news_keep_tag_ids();
CREATE TRIGGER keep_tag_ids_removed AFTER DELETE ON news_article_tags
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION news_keep_tag_ids();
CREATE TRIGGER keep_tag_ids_moved_to AFTER UPDATE ON news_article_tags
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION news_keep_tag_ids();
CREATE TRIGGER keep_tag_ids_moved_from AFTER UPDATE ON news_article_tags
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION news_keep_tag_ids();
"""
NOT_KEPT = """
DROP TRIGGER keep_tag_ids_added ON news_article_tags;
DROP TRIGGER keep_tag_ids_removed ON news_article_tags;
DROP TRIGGER keep_tag_ids_moved_to ON news_article_tags;
DROP TRIGGER keep_tag_ids_moved_from ON news_article_tags;
DROP FUNCTION news_keep_tag_ids();
"""
FILLED = """
UPDATE news_article SET tag_ids = ARRAY(
    SELECT tag_id FROM news_article_tags
    WHERE article_id = news_article.id ORDER BY tag_id
)
WHERE id IN (SELECT article_id FROM news_article_tags);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0007_picture_faces_focus"),
        ("members", "0006_story_purpose"),
        ("news", "0017_returned_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="tag_ids",
            field=news.models.article.TagIds(
                base_field=models.BigIntegerField(),
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["tag_ids"],
                name="article_tag_ids",
                condition=models.Q(state="published"),
            ),
        ),
    ]
