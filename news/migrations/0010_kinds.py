"""Kinds of articles with facts of their own, files, receipts of documents."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

import content.fields
import content.files.storage
import content.richtext
import content.search.columns
import news.models.file


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0005_json_words"),
        ("members", "0005_sign_in_cards"),
        ("news", "0009_rhythm_and_rumours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ArticleFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        default=news.models.file.new_key,
                        editable=False,
                        max_length=20,
                        unique=True,
                    ),
                ),
                (
                    "use",
                    models.CharField(
                        choices=[
                            ("document", "Document"),
                            ("film", "Film"),
                            ("captions", "Captions"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "name",
                    content.fields.NFCCharField(max_length=200, verbose_name="name"),
                ),
                (
                    "file",
                    models.FileField(
                        storage=content.files.storage.private_storage,
                        upload_to=news.models.file.place,
                        verbose_name="file",
                    ),
                ),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField(verbose_name="size")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="uploaded at"),
                ),
            ],
            options={
                "verbose_name": "file of an article",
                "verbose_name_plural": "files of articles",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="DocumentReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="confirmed at")),
            ],
            options={
                "verbose_name": "confirmation that a document was read",
                "verbose_name_plural": "confirmations that a document was read",
                "ordering": ["-at", "-id"],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="article",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="article",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="article",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="article",
            name="details",
            field=models.JSONField(
                blank=True,
                default=dict,
                editable=False,
                verbose_name="more of its kind",
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="origin",
            field=models.CharField(
                choices=[
                    ("own", "Our own"),
                    ("partner", "Reprint with permission"),
                    ("link_out", "Link to another site"),
                ],
                default="own",
                help_text="A reprint needs the source and a permission; a link has at most 40 words of ours and leads to the source.",
                max_length=8,
                verbose_name="origin",
            ),
        ),
        migrations.AddField(
            model_name="articleevent",
            name="details",
            field=models.JSONField(
                blank=True,
                default=dict,
                editable=False,
                verbose_name="more of its kind",
            ),
        ),
        migrations.AddField(
            model_name="articleevent",
            name="origin",
            field=models.CharField(
                choices=[
                    ("own", "Our own"),
                    ("partner", "Reprint with permission"),
                    ("link_out", "Link to another site"),
                ],
                default="own",
                help_text="A reprint needs the source and a permission; a link has at most 40 words of ours and leads to the source.",
                max_length=8,
                verbose_name="origin",
            ),
        ),
        migrations.AlterField(
            model_name="article",
            name="body",
            field=content.richtext.RichTextField(blank=True, verbose_name="text"),
        ),
        # A stored column cannot be altered: it is made anew, with its index.
        migrations.RemoveIndex(model_name="article", name="article_search"),
        migrations.RemoveField(model_name="article", name="search"),
        migrations.AddField(
            model_name="article",
            name="search",
            field=content.search.columns.SearchColumn(
                a=["title"], b=["lead"], c_html=["body"], c_json=["details"]
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=GinIndex(
                condition=models.Q(state="published"),
                fields=["search"],
                name="article_search",
                fastupdate=False,
            ),
        ),
        migrations.AlterField(
            model_name="articleevent",
            name="body",
            field=content.richtext.RichTextField(blank=True, verbose_name="text"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("state", "published")),
                fields=["kind", "-publish_at", "-id"],
                name="article_kind",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="article",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "news_articleevent" ("body", "byline", "cover_id", "created_at", "created_by_id", "details", "expire_at", "id", "kind", "lead", "origin", "permission", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "publish_at", "remark", "section_id", "slug", "source_name", "source_url", "state", "title", "unit_id") VALUES (NEW."body", NEW."byline", NEW."cover_id", NEW."created_at", NEW."created_by_id", NEW."details", NEW."expire_at", NEW."id", NEW."kind", NEW."lead", NEW."origin", NEW."permission", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."publish_at", NEW."remark", NEW."section_id", NEW."slug", NEW."source_name", NEW."source_url", NEW."state", NEW."title", NEW."unit_id"); RETURN NULL;',
                    hash="219b9047720e04c2e44d43cfc1e53b3a4057bc03",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_512b0",
                    table="news_article",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="article",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."byline" IS DISTINCT FROM (NEW."byline") OR OLD."cover_id" IS DISTINCT FROM (NEW."cover_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."details" IS DISTINCT FROM (NEW."details") OR OLD."expire_at" IS DISTINCT FROM (NEW."expire_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."lead" IS DISTINCT FROM (NEW."lead") OR OLD."origin" IS DISTINCT FROM (NEW."origin") OR OLD."permission" IS DISTINCT FROM (NEW."permission") OR OLD."publish_at" IS DISTINCT FROM (NEW."publish_at") OR OLD."remark" IS DISTINCT FROM (NEW."remark") OR OLD."section_id" IS DISTINCT FROM (NEW."section_id") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."source_name" IS DISTINCT FROM (NEW."source_name") OR OLD."source_url" IS DISTINCT FROM (NEW."source_url") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id"))',
                    func='INSERT INTO "news_articleevent" ("body", "byline", "cover_id", "created_at", "created_by_id", "details", "expire_at", "id", "kind", "lead", "origin", "permission", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "publish_at", "remark", "section_id", "slug", "source_name", "source_url", "state", "title", "unit_id") VALUES (NEW."body", NEW."byline", NEW."cover_id", NEW."created_at", NEW."created_by_id", NEW."details", NEW."expire_at", NEW."id", NEW."kind", NEW."lead", NEW."origin", NEW."permission", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."publish_at", NEW."remark", NEW."section_id", NEW."slug", NEW."source_name", NEW."source_url", NEW."state", NEW."title", NEW."unit_id"); RETURN NULL;',
                    hash="18b8956b88bc4dc25d3702cd2972387e292c5151",
                    operation='UPDATE OF "kind", "section_id", "unit_id", "title", "slug", "lead", "body", "details", "cover_id", "origin", "byline", "source_name", "source_url", "permission", "state", "publish_at", "expire_at", "created_by_id", "remark", "created_at"',
                    pgid="pgtrigger_update_update_12d52",
                    table="news_article",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="article",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "news_articleevent" ("body", "byline", "cover_id", "created_at", "created_by_id", "details", "expire_at", "id", "kind", "lead", "origin", "permission", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "publish_at", "remark", "section_id", "slug", "source_name", "source_url", "state", "title", "unit_id") VALUES (OLD."body", OLD."byline", OLD."cover_id", OLD."created_at", OLD."created_by_id", OLD."details", OLD."expire_at", OLD."id", OLD."kind", OLD."lead", OLD."origin", OLD."permission", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."publish_at", OLD."remark", OLD."section_id", OLD."slug", OLD."source_name", OLD."source_url", OLD."state", OLD."title", OLD."unit_id"); RETURN NULL;',
                    hash="53d1eec7cde8b7fded39f0113899077ec18bcf2e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_bcd3d",
                    table="news_article",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="documentreceipt",
            name="article",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="receipts",
                to="news.article",
                verbose_name="document",
            ),
        ),
        migrations.AddField(
            model_name="documentreceipt",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="members.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="documentreceipt",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="confirmed by",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentreceipt",
            constraint=models.UniqueConstraint(
                fields=("article", "unit"), name="document_receipt_once"
            ),
        ),
    ]
