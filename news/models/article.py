"""An article, from a draft to the archive."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from content.richtext import RichTextField, plain_text
from content.search.columns import SearchColumn, search_index
from members.tracking import tracked
from news.models.section import Section, Tag
from news.querysets import ArticleQuerySet
from vietnam.slug import slugify

WORDS_PER_MINUTE = 220


class TagIds(ArrayField):
    """The article's tags as numbers in its own row, for an index beside the words'.

    A trigger of the tags' table keeps them (migration 0018), in the transaction that
    changes the tags; what an instance holds is never written.
    """

    def pre_save(self, model_instance, add):
        return [] if add else F(self.attname)


# Not tied to one person: what a sender's erasure blanks (`history.mask_rows`).
@tracked(without=["text_version", "tag_ids"], personal=["byline"])
class Article(models.Model):
    TEXT = (
        "title",
        "lead",
        "body",
        "cover",
        "section",
        "kind",
        "details",
        "slug",
        "origin",
        "byline",
        "source_name",
        "source_url",
        "permission",
    )
    """What an editor writes and a second person approves; a `Revision` holds these."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Article")
        INFOGRAPHIC = "infographic", _("Infographic")
        VIDEO = "video", _("Video")
        REPORTAGE = "reportage", _("Reportage")
        GUIDE = "guide", _("Guide")
        DOCUMENT = "document", _("Document")

    class Origin(models.TextChoices):
        OWN = "own", _("Our own")
        PARTNER = "partner", _("Reprint with permission")
        LINK_OUT = "link_out", _("Link to another site")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")

    LINK_OUT_WORDS = 40
    """What may be said of another's text without their leave: title, words, source."""

    MOVES = {
        State.DRAFT: {State.IN_REVIEW},
        State.IN_REVIEW: {State.DRAFT, State.APPROVED},
        State.APPROVED: {State.DRAFT, State.PUBLISHED},
        # Back to approved only while it waits for its time (actions.unschedule).
        State.PUBLISHED: {State.ARCHIVED, State.APPROVED},
        State.ARCHIVED: {State.PUBLISHED},
    }

    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind, default=Kind.ARTICLE
    )
    section = models.ForeignKey(
        Section,
        on_delete=models.PROTECT,
        related_name="articles",
        verbose_name=_("section"),
    )
    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        related_name="articles",
        verbose_name=_("unit"),
        help_text=_("The unit whose editors look after this article."),
    )
    tags = models.ManyToManyField(
        Tag,
        blank=True,
        related_name="articles",
        verbose_name=_("tags"),
        help_text=_("What the article is about; readers find related ones by it."),
    )
    tag_ids = TagIds(models.BigIntegerField(), default=list, editable=False)
    title = NFCCharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("address"),
        max_length=120,
        blank=True,
        help_text=_("Leave it empty: it is made from the title."),
    )
    lead = NFCTextField(
        _("lead"), max_length=400, help_text=_("One or two sentences for the lists.")
    )
    body = RichTextField(_("text"), blank=True)
    details = models.JSONField(
        _("more of its kind"), default=dict, blank=True, editable=False
    )
    cover = models.ForeignKey(
        "content.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("cover picture"),
        help_text=_("Opens the article and stands in the lists."),
    )
    origin = models.CharField(
        _("origin"),
        max_length=8,
        choices=Origin,
        default=Origin.OWN,
        help_text=_(
            "A reprint needs the source and a permission; a link has at most 40 words "
            "of ours and leads to the source."
        ),
    )
    byline = NFCCharField(_("byline"), max_length=120, blank=True)
    source_name = NFCCharField(_("source"), max_length=120, blank=True)
    source_url = models.URLField(_("address of the source"), blank=True)
    permission = NFCCharField(
        _("permission to reprint"),
        max_length=200,
        blank=True,
        help_text=_("Who allowed the reprint, and when."),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT
    )
    publish_at = models.DateTimeField(
        _("publish at"),
        null=True,
        blank=True,
        help_text=_("Empty means the moment it is published."),
    )
    expire_at = models.DateTimeField(
        _("take down at"),
        null=True,
        blank=True,
        help_text=_("Empty means it stays."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("written by"),
    )
    remark = NFCTextField(
        _("remark"),
        max_length=2000,
        blank=True,
        editable=False,
        help_text=_("Why the article came back to its writer."),
    )
    text_version = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text=_("Counts the saves; a form that knows an older one is behind."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)
    search = SearchColumn(a=["title"], b=["lead"], c_html=["body"], c_json=["details"])

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-publish_at", "-id"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            models.Index(
                fields=["-publish_at", "-id"],
                name="article_published",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["section", "-publish_at", "-id"],
                name="article_section",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["kind", "-publish_at", "-id"],
                name="article_kind",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["expire_at"],
                name="article_expires",
                condition=Q(state="published", expire_at__isnull=False),
            ),
            search_index(
                "article_search_tags",
                beside=["tag_ids"],
                condition=Q(state="published"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="article_published_has_time",
                condition=~Q(state="published") | Q(publish_at__isnull=False),
            ),
            models.CheckConstraint(
                name="article_expires_later",
                condition=Q(expire_at__isnull=True)
                | Q(publish_at__isnull=True)
                | Q(expire_at__gt=F("publish_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs) -> None:
        self.slug = self.slug or slugify(self.title)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("news:article", args=[self.slug, self.pk])

    @property
    def reading_minutes(self) -> int:
        return max(1, round(len(plain_text(self.body).split()) / WORDS_PER_MINUTE))


# Django names the table in between and its rows in English; deleting a tag shows them.
Article.tags.through.__str__ = lambda row: str(row.tag)
_tagging = Article.tags.through._meta
_tagging.verbose_name = _("tag of an article")
_tagging.verbose_name_plural = _("tags of articles")
