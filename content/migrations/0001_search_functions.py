"""Vietnamese text folded by PostgreSQL itself, without any extension.

Bodies in standard SQL are bound to their functions when they are created, so no search
path changes what they do. They are used by stored columns: who changes one drops and
adds again every `content.search.SearchColumn`.
"""

from django.db import migrations

# Accents, case and superfluous space do not count, đ is d: vietnam.fold.fold.
FOLD = r"""
CREATE FUNCTION vn_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(
    translate(
        lower(normalize(
            regexp_replace(normalize($1, NFD), '[\u0300-\u036f]+', '', 'g'), NFC
        )),
        'đĐðÐɖƉ', 'dddddd'
    ),
    '\s+', ' ', 'g'
));
"""

# One key for all spellings of the same word: hoà and hòa, kỹ and kĩ; case does not
# count, accents do. A key to compare by, not a spelling to show.
SPELL = r"""
CREATE FUNCTION vn_spell(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN normalize(
    regexp_replace(
        regexp_replace(
            translate(lower(normalize($1, NFD)), 'ĐðÐɖƉ', 'đđđđđ'),
            '([ou])([\u0300\u0301\u0303\u0309\u0323])([aey])(?![a-zđ\u0300-\u036f])',
            '\1\3\2', 'g'
        ),
        '(^|[^a-zđ0-9\u0300-\u036f])([hklmst])y(?![\u0300-\u036f]*[a-zđ0-9])',
        '\1\2i', 'g'
    ),
    NFC
);
"""

# Each word twice, folded and as spelt, so that one index answers both; whatever is
# no letter, digit or mark becomes a blank before PostgreSQL reads addresses, paths
# or signs into it. The cut keeps the vector below its limit of one megabyte.
VECTOR = r"""
CREATE FUNCTION vn_vector(text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT to_tsvector('pg_catalog.simple', regexp_replace(
        vn_fold(spelt) || ' ' || spelt,
        '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u2bff'
        || '\u3000-\u303f\ufe00-\ufe6f\uff00-\uff0f]+',
        ' ', 'g'
    ))
    FROM (SELECT vn_spell(left($1, 60000)) AS spelt OFFSET 0) AS words
);
"""

# The words of HTML that content.richtext cleaned: there < and > stand around tags
# only, and no other references than these are left.
PLAIN = r"""
CREATE FUNCTION vn_plain(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(replace(replace(replace(replace(
    regexp_replace(
        regexp_replace(
            left($1, 200000),
            '</?(?:a|span|strong|b|em|i|u|s|sub|sup|small|mark|abbr|cite|q|code)'
            || '(?: [^>]*)?>',
            '', 'g'
        ),
        '<[^>]*(?:>|$)', ' ', 'g'
    ),
    '&nbsp;', ' '), '&quot;', '"'), '&lt;', '<'), '&gt;', '>'), '&amp;', '&');
"""

NAMES = ("vn_fold", "vn_spell", "vn_plain", "vn_vector")


class Migration(migrations.Migration):
    dependencies = []

    operations = [
        migrations.RunSQL(sql, f"DROP FUNCTION {name}(text)")
        for name, sql in zip(NAMES, (FOLD, SPELL, PLAIN, VECTOR), strict=True)
    ]
