"""The queue of stories that were sent in: read, accept, give back, refuse."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from content.files import download
from members import access_log
from members.scoped_admin import ScopedAdmin
from news import publications, stories, story_rules
from news.models import Contribution, ContributionPicture
from news.stories import Refused
from news.story_forms import consents_of
from vietnam.dates import local_day

State = Contribution.State


def _note(request: HttpRequest, story: Contribution) -> None:
    """What somebody sent in is opened by the editors."""
    access_log.note_access(
        by=request.user,
        kind="news.story",
        what=story.title,
        about=f"news.contribution:{story.pk}",
        unit=story.unit,
        people=[story.sender_id],
        now=request.now,
    )


@admin.register(Contribution)
class ContributionAdmin(ScopedAdmin):
    """Nothing of it is rewritten here: what the editors change is the article."""

    view_action = change_action = "news.write"
    delete_action = None
    change_form_template = "news/admin/story_form.html"
    list_display = [
        "title",
        "kind",
        "state",
        "section",
        "unit",
        "sent_at",
        "picture_count",
    ]
    list_filter = [
        "kind",
        "state",
        "section",
        ("consent_withdrawn_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["section", "unit"]
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False  # its page belongs to the sender alone
    search_fields = ["title", "text"]
    ordering = ["-sent_at", "-id"]
    readonly_fields = [
        "kind",
        "story",
        "shown",
        "files",
        "made_by",
        "licence_now",
        "section",
        "sent_by",
        "unit",
        "credited",
        "agreed",
        "consent_withdrawn_at",
        "state",
        "remark",
        "article_link",
        "sent_at",
    ]
    fields = readonly_fields

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest):
        """Drafts are their writers' own."""
        rows = super().get_queryset(request).sent()
        return rows.prefetch_related("pictures")

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.picture)
        name = "news_contribution_picture"
        return [
            path("<int:pk>/picture/<int:number>/", view, name=name),
            path(
                "<int:pk>/file/<int:number>/",
                self.admin_site.admin_view(self.file),
                name="news_contribution_file",
            ),
            *super().get_urls(),
        ]

    def file(self, request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
        found = self._part(request, pk, "files", number)
        _note(request, found.contribution)
        return download(
            found.file, name=found.name, media_type=found.media_type, by=request.user.pk
        )

    def _part(self, request: HttpRequest, pk: int, parts: str, number: int):
        story = self.get_object(request, str(pk))
        if story is None or not self.has_view_permission(request, story):
            raise Http404
        found = getattr(story, parts).filter(pk=number).first()
        if found is None:
            raise Http404
        return found

    def picture(self, request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
        found = self._part(request, pk, "pictures", number)
        _note(request, found.contribution)
        return download(
            found.file,
            name=f"{found.name}.jpg",
            media_type="image/jpeg",
            within_page=True,
        )

    def render_change_form(self, request, context, **kwargs) -> HttpResponse:
        story = kwargs.get("obj")
        context |= {"show_save": False, "show_save_and_continue": False}
        if story and story.state == State.RECEIVED:
            on = local_day(request.now)
            context["may_decide"] = self.has_change_permission(request, story)
            refusal = story_rules.why_not_accept(story, on=on)
            if story.is_publication and refusal is None:
                refusal = publications.why_not_accept(story, by=request.user)
            context["why_not"] = refusal.label if refusal else ""
            context["others"] = self._others(request, story)
        return super().render_change_form(request, context, **kwargs)

    def response_change(self, request: HttpRequest, obj: Contribution) -> HttpResponse:
        accept = stories.accept
        if obj.is_publication:
            accept = stories.accept_publication
        verbs = {"accept": accept, "return": stories.give_back}
        verbs["refuse"] = stories.refuse
        pressed = next((name for name in verbs if f"_{name}" in request.POST), None)
        if pressed is None:
            return super().response_change(request, obj)
        more = {"remark": request.POST.get("_remark", "")}
        if pressed == "accept":
            more = {}
        try:
            done = verbs[pressed](story=obj, by=request.user, now=request.now, **more)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return redirect("admin:news_contribution_change", obj.pk)
        if pressed == "accept" and obj.is_publication:
            sentence = gettext("It is in the media kit now. The sender has been told.")
            self.message_user(request, sentence, messages.SUCCESS)
            return redirect("admin:news_contribution_changelist")
        if pressed == "accept":
            sentence = gettext(
                "The story is an article now, as your draft. Mend it and describe its "
                "pictures; a second person approves it."
            )
            self.message_user(request, sentence, messages.SUCCESS)
            return redirect("admin:news_article_change", done.pk)
        sentence = gettext("The sender has been told.")
        self.message_user(request, sentence, messages.SUCCESS)
        return redirect("admin:news_contribution_changelist")

    def log_change(self, request, obj, message):
        """The verbs write their own line."""

    @admin.display(description=_("text"))
    def story(self, story: Contribution) -> SafeString:
        return format_html(
            "<h2>{}</h2>{}", story.title, SafeString(linebreaks(story.text, True))
        )

    @admin.display(description=_("pictures"))
    def shown(self, story: Contribution) -> str:
        shown = format_html_join(
            " ",
            '<a href="{0}"><img src="{0}" width="{1}" height="{2}" alt="{3}"></a>',
            (self._thumbnail(story, each) for each in story.pictures.all()),
        )
        return shown or "–"

    @staticmethod
    def _thumbnail(story: Contribution, each: ContributionPicture) -> tuple:
        where = reverse("admin:news_contribution_picture", args=[story.pk, each.pk])
        return where, 240, max(1, round(240 * each.height / each.width)), each.name

    @admin.display(description=_("files"), empty_value="–")
    def files(self, story: Contribution) -> str:
        where = "admin:news_contribution_file"
        rows = [
            (reverse(where, args=[story.pk, each.pk]), each.name, each.size_text)
            for each in story.files.all()
        ]
        return format_html_join("", '<p><a href="{}">{}</a> ({})</p>', rows)

    @admin.display(description=_("licence"), empty_value="–")
    def licence_now(self, story: Contribution) -> str:
        return story.licence_words if story.licence else ""

    @admin.display(description=_("pictures"))
    def picture_count(self, story: Contribution) -> int:
        return len(story.pictures.all())

    @admin.display(description=_("sender"))
    def sent_by(self, story: Contribution) -> str:
        return story.sender.full_name

    @admin.display(description=pgettext_lazy("story", "credit"))
    def credited(self, story: Contribution) -> str:
        """As it is, or as it would be today."""
        if story.credit:
            return story.credit
        on = local_day(story.sent_at or story.created_at)
        if story.is_publication:
            return publications.credit_for(story, on=on)[0]
        return story_rules.credit_for(story, on=on)[0]

    @admin.display(description=_("agreed to"))
    def agreed(self, story: Contribution) -> str:
        lines = [
            f"{each.get_purpose_display()} ({each.get_method_display()})"
            for each in consents_of(story)
        ]
        if story.faces_agreed:
            lines.append(gettext("The people in the pictures agree"))
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines)) or "–"

    @admin.display(description=_("article"))
    def article_link(self, story: Contribution) -> str:
        if story.article is None:
            return "–"
        url = reverse("admin:news_article_change", args=[story.article_id])
        return format_html('<a href="{}">{}</a>', url, story.article)

    def _others(self, request: HttpRequest, story: Contribution) -> list[Contribution]:
        """The same words from somebody else: a copied text."""
        rows = self.get_queryset(request).filter(digest=story.digest)
        return list(rows.exclude(pk=story.pk).exclude(sender=story.sender)[:5])
