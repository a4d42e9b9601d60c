"""The "Chuyển đổi số" news."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from content.richtext import RichTextField, plain_text
from content.search.columns import SearchColumn, search_index
from members.tracking import tracked
from news.querysets import ArticleQuerySet, SectionQuerySet
from vietnam.slug import slugify

WORDS_PER_MINUTE = 220


@tracked()
class Section(models.Model):
    name = NFCCharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    description = NFCTextField(_("description"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["order", "name"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("news:section", args=[self.slug])


@tracked(without=["text_version"])
class Article(models.Model):
    TEXT = (
        "title",
        "lead",
        "body",
        "cover",
        "section",
        "kind",
        "slug",
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

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")

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
    body = RichTextField(_("text"))
    cover = models.ForeignKey(
        "content.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("cover picture"),
        help_text=_("Opens the article and stands in the lists."),
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
    search = SearchColumn(a=["title"], b=["lead"], c_html=["body"])

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
            search_index("article_search", condition=Q(state="published")),
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


class Revision(models.Model):
    """One text of an article: who left it so, when, and whether it was approved.

    While an article is out, its row holds what the public reads; a newer text waits
    beside it in the one revision that is `working` until it is published over the row
    or dropped. Before that the row itself is the newest text and every revision tells
    of the past.
    """

    article = models.ForeignKey(
        Article,
        on_delete=models.CASCADE,
        related_name="revisions",
        verbose_name=_("article"),
    )
    number = models.PositiveIntegerField(_("version"))
    text = models.JSONField(_("text"), encoder=DjangoJSONEncoder)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )
    created_at = models.DateTimeField(_("begun at"))
    saved_at = models.DateTimeField(_("saved at"))
    restored_from = models.PositiveIntegerField(
        _("brought back from version"), null=True
    )
    working = models.BooleanField(_("beside the live article"), default=False)
    submitted_at = models.DateTimeField(_("handed in at"), null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)

    class Meta:
        ordering = ["article", "-number"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="revision_number"
            ),
            models.UniqueConstraint(
                fields=["article"],
                name="revision_one_working",
                condition=Q(working=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}/{self.number}"

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def author_name(self) -> str:
        """Who to talk to about it; "" when the account is gone."""
        return self.author.display_name if self.author else ""
