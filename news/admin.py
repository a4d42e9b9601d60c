"""The desk of the editors: articles by their state, sections in their order."""

from __future__ import annotations

from dataclasses import dataclass, field

from django import forms
from django.contrib import admin, messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content import clock
from content.pictures.staff import thumbnail
from content.richtext import RichTextAdminMixin
from members import permissions
from members.scoped_admin import ScopedAdmin
from news import (  # noqa: F401  the others register themselves
    actions,
    kinds,
    presence,
    revisions,
    rules,
    rumour_admin,
    shelf_admin,
    story_admin,
)
from news.comparing import Difference, differences
from news.desk import drafts_of
from news.fact_check_admin import FactCheckInline
from news.kinds.forms import parts_for
from news.models import (
    Article,
    FrontPageSlot,
    Revision,
    Section,
    Tag,
    TrustedHost,
)
from news.readers import MONTH, WEEK, readers_of
from news.revision_pages import RevisionPages
from news.revisions import OUT
from news.rhythm_pages import RhythmPages
from news.steps import STEPS, buttons_for, status_line
from news.text_check import OF_CHECK, buttons_of_check, text_check
from vietnam.slug import slugify

State = Article.State


class ArticleForm(forms.ModelForm):
    """Knows which text it was opened with, so that two editors lose nothing."""

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    behind: Behind | None = None

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_version"].initial = self.instance.text_version
        if "origin" in self.fields:
            self.fields["origin"].required = False
        given = (self.data, self.files) if self.is_bound else ()
        self.parts = parts_for(self.instance, *given)
        self.details: dict | None = None

    def is_multipart(self) -> bool:
        return True

    def clean(self) -> dict:
        data = super().clean()
        self._look_at_parts(data.get("kind", self.instance.kind))
        if data.get("origin") == Article.Origin.LINK_OUT:
            self._look_at_link(data)
        self._look_for_newer(data.get("seen_version"))
        out = data.get("publish_at", self.instance.publish_at)
        down = data.get("expire_at")
        if out and down and down <= out:
            self.add_error("expire_at", _("Choose a time after the publishing time."))
        return data

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.details is not None:
            self.instance.details = self.details
        if self.behind:
            mine = revisions.text_of(self.instance)
            self.behind.differences = differences(self.behind.theirs, mine)

    def _look_at_parts(self, kind: str) -> None:
        """The part of the chosen kind counts; words in another one are not lost."""
        if kind != self.instance.kind:
            self.details = {}
        for part in self.parts:
            if part.kind == kind and part.is_sent:
                if part.is_valid():
                    self.details = part.details().as_details()
                else:
                    sentence = _("Something is not right in the part “%(part)s”.")
                    error = ValidationError(sentence, params={"part": part.label})
                    self.add_error(None, error)
            elif part.is_sent and part.kind != self.instance.kind:
                self._insist_on_empty(part)

    def _insist_on_empty(self, part) -> None:
        if part.has_content():
            sentence = _(
                "You wrote something in the part “%(part)s”. Choose that kind, or "
                "empty the part."
            )
            error = ValidationError(sentence, params={"part": part.label})
            self.add_error("kind" if "kind" in self.fields else None, error)

    def _look_at_link(self, data: dict) -> None:
        if len(data.get("lead", "").split()) > Article.LINK_OUT_WORDS:
            self.add_error("lead", kinds.Missing.TOO_MANY_WORDS.label)
        if data.get("body"):
            self.add_error("body", kinds.Missing.OWN_TEXT.label)

    def _look_for_newer(self, seen: int | None) -> None:
        """Somebody saved since this form was opened: show both texts, save nothing.

        The row is locked until this form is saved. Pressing the button again saves
        the text of the form, knowingly; the other one stays among the versions.
        """
        if self.instance.pk is None or seen is None:
            return
        row = Article.objects.select_for_update().get(pk=self.instance.pk)
        if row.text_version == seen:
            return
        newest = row.revisions.select_related("author__person").first()
        revisions.overlay(row)
        self.behind = Behind(newest=newest, theirs=revisions.text_of(row))
        self.data = self.data.copy()
        self.data[self.add_prefix("seen_version")] = str(row.text_version)
        self.add_error(
            None,
            _(
                "Somebody saved another text meanwhile. Yours is kept below and not "
                "saved yet: compare the two, then save again to keep yours."
            ),
        )

    def clean_origin(self) -> str:
        return self.cleaned_data["origin"] or self.instance.origin

    def clean_slug(self) -> str:
        """The address follows the title until the article has been out once."""
        slug, before = self.cleaned_data["slug"], self.instance
        if before.state in OUT:
            return slug or before.slug
        title = self.cleaned_data.get("title", "")
        was_automatic = slug == before.slug == slugify(before.title)
        return slugify(title) if not slug or was_automatic else slug


@dataclass
class Behind:
    """The text that was saved while somebody else was typing."""

    newest: Revision | None
    theirs: revisions.Text
    differences: list[Difference] = field(default_factory=list)


class SectionForm(forms.ModelForm):
    slug = forms.SlugField(
        label=_("Address"),
        max_length=80,
        required=False,
        help_text=_("Leave it empty: it is made from the name."),
    )

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))


class MineFilter(admin.SimpleListFilter):
    """One's own drafts: those never handed in, and those that came back."""

    title = _("my drafts")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return [("draft", _("Not sent yet")), ("returned", _("Came back to me"))]

    def queryset(self, request: HttpRequest, queryset):
        if self.value() not in {"draft", "returned"}:
            return queryset
        mine = drafts_of(request.user).filter(was_sent=self.value() == "returned")
        return queryset.filter(pk__in=mine.order_by().values("pk"))


class BesideFilter(admin.SimpleListFilter):
    """Public articles with a newer text beside them."""

    title = _("newer version")
    parameter_name = "beside"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return [("sent", _("Waiting for approval")), ("any", _("Being edited"))]

    def queryset(self, request: HttpRequest, queryset):
        newer = Revision.objects.filter(working=True)
        if self.value() == "sent":
            newer = newer.filter(submitted_at__isnull=False, approved_at=None)
        elif self.value() != "any":
            return queryset
        return queryset.filter(pk__in=newer.order_by().values("article"))


class MovedInFilter(admin.SimpleListFilter):
    """Articles of an old site that are out and still want somebody's look."""

    title = _("moved in")
    parameter_name = "moved"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return [("look", _("To be looked at")), ("all", _("All that moved in"))]

    def queryset(self, request: HttpRequest, queryset):
        if self.value() == "look":
            return queryset.filter(imported__needs_look=True)
        if self.value() == "all":
            return queryset.filter(imported__isnull=False)
        return queryset


@admin.register(Article)
class ArticleAdmin(RevisionPages, RhythmPages, RichTextAdminMixin, ScopedAdmin):
    view_action = "news.write"
    change_action = "news.write"
    form = ArticleForm
    change_form_template = "news/admin/article_form.html"
    change_list_template = "news/admin/article_list.html"
    inlines = [FactCheckInline]
    list_display = ["title", "section", "state_now", "publish_at", "unit"]
    list_filter = [
        "state",
        BesideFilter,
        MineFilter,
        MovedInFilter,
        "section",
        "kind",
    ]
    list_select_related = ["section", "unit"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["title", "lead"]
    fold_on_search = ("title",)
    autocomplete_fields = ["cover", "tags", "unit"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    ordering = ["-updated_at", "-id"]
    readonly_fields = ["state_now", "cover_now", "readers_now"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "seen_version",
                    "title",
                    "lead",
                    "cover",
                    "cover_now",
                    "body",
                ]
            },
        ),
        (
            _("Section and address"),
            {"fields": ["section", "tags", "kind", "unit", "slug"]},
        ),
        (
            _("When"),
            {"fields": ["state_now", "publish_at", "expire_at", "readers_now"]},
        ),
        (
            _("Credit"),
            {
                "fields": [
                    "origin",
                    "byline",
                    "source_name",
                    "source_url",
                    "permission",
                ]
            },
        ),
    ]

    @admin.display(description=_("cover now"))
    def cover_now(self, article: Article) -> str:
        return thumbnail(article.cover) or "–"

    @admin.display(description=_("readers"))
    def readers_now(self, article: Article) -> str:
        if article.state not in OUT:
            return "–"
        now = clock.now()
        return gettext(
            "%(week)s in the last 7 days, %(month)s in the last 30 days. Robots and "
            "readers served by a cache outside the portal are not counted."
        ) % {
            "week": intcomma(readers_of(article, now, WEEK)),
            "month": intcomma(readers_of(article, now, MONTH)),
        }

    @admin.display(description=_("state"), ordering="state")
    def state_now(self, article: Article) -> str:
        if article.pk is None:
            return State.DRAFT.label
        return article.get_state_display()

    def get_queryset(self, request: HttpRequest):
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match and match.url_name == "news_article_changelist"
        return rows.defer("body", "details") if is_list else rows

    def get_object(self, request: HttpRequest, object_id, from_field=None):
        """The form of a live article shows the newer text beside it."""
        article = super().get_object(request, object_id, from_field)
        if article is not None:
            article.beside = revisions.overlay(article)
        return article

    def get_fieldsets(self, request: HttpRequest, obj=None) -> list:
        """A new article has no cover and no readers to show."""
        found = super().get_fieldsets(request, obj)
        if obj is not None:
            return found
        later = {"cover_now", "readers_now"}
        return [
            (
                name,
                more | {"fields": [one for one in more["fields"] if one not in later]},
            )
            for name, more in found
        ]

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        """Once out, the time only moves with the buttons; taking down is publishing."""
        fields = list(super().get_readonly_fields(request, obj))
        if obj is None or obj.state not in OUT:
            return fields
        fields.append("publish_at")
        if not self._holds(request, obj, "news.publish"):
            fields += ["expire_at", "unit", "tags"]
        return fields

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """What waits approved is changed by those who may approve.

        What is out may be written on by every writer: their text waits beside it.
        """
        allowed = super().has_change_permission(request, obj)
        if not allowed or obj is None or obj.state != State.APPROVED:
            return allowed
        return self._holds(request, obj, "news.publish")

    def has_live_permission(self, request: HttpRequest, obj: Article) -> bool:
        """Whether the person may change what readers of the article see at once."""
        allowed = self.has_change_permission(request, obj)
        if obj.state not in OUT:
            return allowed
        return allowed and self._holds(request, obj, "news.publish")

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """What has been out is taken down, not deleted: its address was shared."""
        allowed = super().has_delete_permission(request, obj)
        if not allowed or obj is None:
            return allowed
        return obj.state not in OUT and self.has_change_permission(request, obj)

    def get_view_on_site_url(self, obj=None) -> str | None:
        if obj is None or obj.state != State.PUBLISHED:
            return None
        return super().get_view_on_site_url(obj)

    def save_model(self, request: HttpRequest, obj: Article, form, change) -> None:
        """The text goes its own way (`actions.save_text`), the rest into the row."""
        if not change:
            obj.created_by = request.user
            super().save_model(request, obj, form, change)
        elif rest := set(form.changed_data) & {"unit", "publish_at", "expire_at"}:
            obj.save(update_fields=[*rest, "updated_at"])
        actions.save_text(article=obj, by=request.user, now=request.now)

    def render_change_form(self, request, context, **kwargs) -> HttpResponse:
        obj = kwargs.get("obj")
        article, beside = obj or Article(), getattr(obj, "beside", None)
        line = status_line(article, now=request.now, beside=beside)
        context["status_line"] = line
        check = text_check(article) if obj else None
        context["check"] = check
        if self.has_change_permission(request, obj):
            own = rules.waits_for_second_person(article, request.user)
            buttons = buttons_for(article, now=request.now, beside=beside)
            buttons |= buttons_of_check(check)
            context["buttons"] = [
                {
                    "name": name,
                    "label": label,
                    "with_remark": STEPS[name].with_remark,
                    "of_check": name in OF_CHECK,
                }
                for name, label in buttons.items()
                if self._holds(request, article, STEPS[name].right)
                and not (own and STEPS[name].lets_out)
            ]
            context["with_remark"] = any(b["with_remark"] for b in context["buttons"])
            if own and self._holds(request, article, "news.publish"):
                context["status_line"] = f"{line} {rules.Refusal.OWN_TEXT.label}"
        if obj:
            context["others"] = presence.seen(obj, request.user, request.now)
            context["beside"] = beside
        form = context["adminform"].form
        context["behind"] = form.behind
        if self.has_change_permission(request, obj):
            context["parts"] = form.parts
            context["kind_now"] = str(form["kind"].value() or "")
        return super().render_change_form(request, context, **kwargs)

    def response_add(self, request, obj, post_url_continue=None) -> HttpResponse:
        usual = super().response_add(request, obj, post_url_continue)
        self._warn_of_damage(request, obj)
        return self._run_step(request, obj) or usual

    def response_change(self, request, obj) -> HttpResponse:
        if answer := self._run_step(request, obj):
            return answer
        self._warn_of_damage(request, obj)
        return super().response_change(request, obj)

    def _warn_of_damage(self, request: HttpRequest, obj: Article) -> None:
        """Whoever only saves hears at once that the paste went wrong."""
        lines = rules.broken_lines(obj)
        if lines and not any(f"_step_{name}" in request.POST for name in STEPS):
            text = gettext("Saved, but the text is damaged or not allowed: %(lines)s")
            sentence = text % {"lines": " · ".join(lines)}
            self.message_user(request, sentence, messages.WARNING)

    @staticmethod
    def _holds(request: HttpRequest, article: Article, right: str) -> bool:
        """An article of no unit is a matter of those who hold the right everywhere."""
        if article.unit_id:
            return permissions.may(request.user, right, article.unit)
        if article.pk:
            return permissions.everywhere(request.user, right)
        return permissions.may(request.user, right)

    def _run_step(self, request: HttpRequest, obj: Article) -> HttpResponse | None:
        """The form is saved; now what the pressed button said."""
        pressed = [name for name in STEPS if f"_step_{name}" in request.POST]
        if not pressed or not self._holds(request, obj, STEPS[pressed[0]].right):
            return None
        step = STEPS[pressed[0]]
        more = {"remark": request.POST.get("_remark", "")} if step.with_remark else {}
        try:
            with transaction.atomic():
                step.run(article=obj, by=request.user, now=request.now, **more)
        except actions.Refused as refused:
            text = gettext("Your changes are saved, but: %(reason)s")
            sentence = text % {"reason": rules.sentence(refused.reason, obj)}
            self.message_user(request, sentence, messages.ERROR)
        else:
            beside = revisions.working(obj)
            sentence = status_line(obj, now=request.now, beside=beside)
            self.message_user(request, sentence, messages.SUCCESS)
        return redirect("admin:news_article_change", obj.pk)


@admin.register(Section)
class SectionAdmin(ScopedAdmin):
    """Sections belong to no unit: who publishes everywhere changes them."""

    view_action = "news.write"
    change_action = "news.publish"
    unit_path = None
    form = SectionForm
    list_display = ["name", "rhythm", "order"]
    fields = ["name", "slug", "description", "rhythm", "order"]


@admin.register(Tag)
class TagAdmin(ScopedAdmin):
    """Tags belong to no unit; who writes finds them, who publishes makes them."""

    view_action = "news.write"
    change_action = "news.publish"
    unit_path = None
    list_display = ["name", "warns"]
    search_fields = ["name", "slug"]
    fold_on_search = ("name",)
    fields = ["name", "slug", "warns"]


@admin.register(TrustedHost)
class TrustedHostAdmin(ScopedAdmin):
    """Trusted by every article: who publishes everywhere adds a site."""

    view_action = "news.write"
    change_action = "news.publish"
    unit_path = None
    list_display = ["host", "note"]
    search_fields = ["host", "note"]
    fields = ["host", "note"]


@admin.register(FrontPageSlot)
class FrontPageSlotAdmin(ScopedAdmin):
    """The front page is everybody's: who publishes everywhere arranges it.

    Others see which articles of their own units stand there.
    """

    view_action = "news.write"
    change_action = "news.publish"
    unit_path = None
    list_display = ["order", "article", "until"]
    list_display_links = ["article"]
    list_select_related = ["article"]
    autocomplete_fields = ["article"]
    fields = ["article", "order", "until"]

    def narrowed(self, rows, request: HttpRequest):
        rows = super().narrowed(rows, request)
        return permissions.scoped(rows, request.user, "news.write", "article__unit")
