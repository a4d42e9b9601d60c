"""The desk of the editors: articles by their state, sections in their order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from content.richtext import RichTextAdminMixin
from members import permissions
from members.scoped_admin import ScopedAdmin
from news import actions
from news.models import Article, Section
from vietnam.dates import deadline_text
from vietnam.slug import slugify

State = Article.State
UNAPPROVED = {State.DRAFT, State.IN_REVIEW}
OUT = {State.PUBLISHED, State.ARCHIVED}


@dataclass(frozen=True)
class Step:
    """What a button does, and which right pressing it takes."""

    right: str
    run: Callable


def _schedule(*, article: Article, by, now: dt.datetime) -> Article:
    return actions.approve_and_schedule(
        article=article, by=by, now=now, at=article.publish_at
    )


STEPS = {
    "submit": Step("news.write", actions.submit),
    "approve": Step("news.publish", actions.approve),
    "back": Step("news.publish", actions.send_back),
    "schedule": Step("news.publish", _schedule),
    "publish": Step("news.publish", actions.approve_and_publish),
    "unschedule": Step("news.publish", actions.unschedule),
    "archive": Step("news.publish", actions.archive),
}


def buttons_for(article: Article, *, now: dt.datetime) -> dict[str, str]:
    """The steps that fit the article, each with words for what will happen."""
    ahead = article.publish_at is not None and article.publish_at > now
    publish = {"publish": gettext("Publish now")}
    schedule = {}
    if ahead:
        time = {"time": _moment(article.publish_at)}
        schedule = {"schedule": gettext("Schedule for %(time)s") % time}
    match article.state:
        case State.DRAFT:
            return {"submit": gettext("Send for approval")} | schedule | publish
        case State.IN_REVIEW:
            back = {"back": gettext("Back to the writer")}
            return {"approve": gettext("Approve")} | schedule | publish | back
        case State.APPROVED:
            return schedule | publish | {"back": gettext("Back to the writer")}
        case State.PUBLISHED if ahead:
            return publish | {"unschedule": gettext("Take off the schedule")}
        case State.PUBLISHED:
            return {"archive": gettext("Take down")}
        case _:
            return {"publish": gettext("Publish again")}


def status_line(article: Article, *, now: dt.datetime) -> str:
    """What is, and what will happen by itself."""
    match article.state:
        case State.DRAFT if article.publish_at and article.publish_at > now:
            return gettext(
                "A draft. A time is noted, but it only counts once scheduled."
            )
        case State.DRAFT:
            return gettext("A draft. Only staff see it.")
        case State.IN_REVIEW:
            return gettext("Waiting for approval. Only staff see it.")
        case State.APPROVED:
            return gettext("Approved, but not public yet.")
        case State.ARCHIVED:
            return gettext("Taken down. The public no longer sees it.")
    if article.publish_at > now:
        time = _moment(article.publish_at)
        return gettext("Goes out by itself at %(time)s.") % {"time": time}
    if article.expire_at and article.expire_at <= now:
        time = _moment(article.expire_at)
        return gettext("Went off the site by itself at %(time)s.") % {"time": time}
    time = _moment(article.publish_at)
    return gettext("Public since %(time)s.") % {"time": time}


def _moment(moment: dt.datetime) -> str:
    return deadline_text(moment, get_language() or "vi")


class ArticleForm(forms.ModelForm):
    def clean(self) -> dict:
        data = super().clean()
        out = data.get("publish_at", self.instance.publish_at)
        down = data.get("expire_at")
        if out and down and down <= out:
            self.add_error("expire_at", _("Choose a time after the publishing time."))
        return data

    def clean_slug(self) -> str:
        """The address follows the title until the article has been out once."""
        slug, before = self.cleaned_data["slug"], self.instance
        if before.state in OUT:
            return slug or before.slug
        title = self.cleaned_data.get("title", "")
        was_automatic = slug == before.slug == slugify(before.title)
        return slugify(title) if not slug or was_automatic else slug


class SectionForm(forms.ModelForm):
    slug = forms.SlugField(
        label=_("address"),
        max_length=80,
        required=False,
        help_text=_("Leave it empty: it is made from the name."),
    )

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))


@admin.register(Article)
class ArticleAdmin(RichTextAdminMixin, ScopedAdmin):
    view_action = "news.write"
    change_action = "news.write"
    form = ArticleForm
    change_form_template = "news/admin/article_form.html"
    list_display = ["title", "section", "state_now", "publish_at", "unit"]
    list_filter = ["state", "section", "kind"]
    list_select_related = ["section", "unit"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["title", "lead"]
    autocomplete_fields = ["unit"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    ordering = ["-updated_at", "-id"]
    readonly_fields = ["state_now"]
    fieldsets = [
        (None, {"fields": ["title", "lead", "body"]}),
        (_("Section and address"), {"fields": ["section", "kind", "unit", "slug"]}),
        (_("When"), {"fields": ["state_now", "publish_at", "expire_at"]}),
        (
            _("Credit"),
            {"fields": ["byline", "source_name", "source_url", "permission"]},
        ),
    ]

    @admin.display(description=_("state"), ordering="state")
    def state_now(self, article: Article) -> str:
        if article.pk is None:
            return State.DRAFT.label
        return article.get_state_display()

    def get_queryset(self, request: HttpRequest):
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match and match.url_name == "news_article_changelist"
        return rows.defer("body") if is_list else rows

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        """Once out, the time only moves with the buttons."""
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "publish_at"] if obj and obj.state in OUT else fields

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """What was approved is changed by those who may approve, or it was for show."""
        allowed = super().has_change_permission(request, obj)
        if not allowed or obj is None or obj.state in UNAPPROVED:
            return allowed
        return self._holds(request, obj, "news.publish")

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
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def render_change_form(self, request, context, **kwargs) -> HttpResponse:
        obj = kwargs.get("obj")
        article = obj or Article()
        if self.has_change_permission(request, obj):
            buttons = buttons_for(article, now=request.now)
            context["buttons"] = [
                {"name": name, "label": label}
                for name, label in buttons.items()
                if self._holds(request, article, STEPS[name].right)
            ]
        context["status_line"] = status_line(article, now=request.now)
        return super().render_change_form(request, context, **kwargs)

    def response_add(self, request, obj, post_url_continue=None) -> HttpResponse:
        usual = super().response_add(request, obj, post_url_continue)
        return self._run_step(request, obj) or usual

    def response_change(self, request, obj) -> HttpResponse:
        return self._run_step(request, obj) or super().response_change(request, obj)

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
        try:
            with transaction.atomic():
                STEPS[pressed[0]].run(article=obj, by=request.user, now=request.now)
        except actions.Refused as refused:
            text = gettext("Your changes are saved, but: %(reason)s")
            sentence = text % {"reason": refused.reason.label}
            self.message_user(request, sentence, messages.ERROR)
        else:
            sentence = status_line(obj, now=request.now)
            self.message_user(request, sentence, messages.SUCCESS)
        return redirect("admin:news_article_change", obj.pk)


@admin.register(Section)
class SectionAdmin(ScopedAdmin):
    """Sections belong to no unit: who publishes everywhere changes them."""

    view_action = "news.write"
    change_action = "news.publish"
    unit_path = None
    form = SectionForm
    list_display = ["name", "slug", "order"]
    fields = ["name", "slug", "description", "order"]
