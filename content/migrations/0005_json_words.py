"""The words of a JSON value, for `content.search.SearchColumn`."""

from django.db import migrations

# Every text in it, whatever it is called and however deep it lies; "strict" because
# the lax way finds what lies in arrays twice. A key counts as a name, not as a word.
WORDS = """
CREATE FUNCTION vn_words(jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT string_agg(found.value #>> '{}', ' ')
    FROM jsonb_path_query($1, 'strict $.**') AS found (value)
    WHERE jsonb_typeof(found.value) = 'string'
);
"""


class Migration(migrations.Migration):
    dependencies = [("content", "0004_page_views")]

    operations = [migrations.RunSQL(WORDS, "DROP FUNCTION vn_words(jsonb);")]
