"""The admin's pages that show each letter with made-up readers."""

from __future__ import annotations

from email.header import decode_header, make_header

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language, gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin

from mail import kinds, samples
from mail.access import may_read
from mail.mailbox import LETTER_POLICY
from mail.messages import message_for

SHOWN = (
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("Content-Language", "List-Unsubscribe", "List-Unsubscribe-Post"),
)


class SamplePages:
    """For the admin of letters: all kinds, and one as text, as HTML, with headers."""

    def get_urls(self) -> list:
        view, name = self.admin_site.admin_view, "mail_letter_sample"
        return [
            path("mau/", view(self.samples), name=f"{name}s"),
            path("mau/<str:kind>/", view(self.sample), name=name),
            # The wrapper sets a header that forbids frames, so this one comes last.
            path(
                "mau/<str:kind>/html/",
                xframe_options_sameorigin(view(self.sample_html)),
                name=f"{name}_html",
            ),
            *super().get_urls(),
        ]

    def samples(self, request: HttpRequest) -> HttpResponse:
        self._must_read(request)
        rows = [
            {"key": key, "kind": kind, "shown": key in samples.registry}
            for key, kind in kinds.registry.items()
        ]
        rows.sort(
            key=lambda row: (row["key"].partition(".")[0], str(row["kind"].label))
        )
        return self._page(request, "samples", gettext("All letters"), {"rows": rows})

    def sample(self, request: HttpRequest, kind: str) -> HttpResponse:
        letter = self._letter(request, kind)
        message = message_for(letter).message()
        known = kinds.registry[kind]
        context = {
            "kind": kind,
            "known": known,
            "letter": letter,
            "headers": [
                (name, str(make_header(decode_header(message[name]))))
                for name in SHOWN
                if message[name]
            ],
            "languages": settings.LANGUAGES,
        }
        return self._page(request, "sample", str(known.label), context)

    def sample_html(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The HTML part alone, shut into a sandbox, for the frame."""
        letter = self._letter(request, kind)
        page = letter.html.replace("<head>", '<head><base target="_blank">', 1)
        response = HttpResponse(page)
        response["Content-Security-Policy"] = LETTER_POLICY
        return response

    def _letter(self, request: HttpRequest, kind: str):
        self._must_read(request)
        if kind not in samples.registry or kind not in kinds.registry:
            raise Http404
        language = request.GET.get("language", get_language())
        if language not in dict(settings.LANGUAGES):
            raise Http404
        return samples.letter_of(kind, language)

    def _page(self, request, template: str, title: str, context) -> HttpResponse:
        seen = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            **context,
        }
        return render(request, f"admin/mail/{template}.html", seen)

    @staticmethod
    def _must_read(request: HttpRequest) -> None:
        if not may_read(request.user):
            raise PermissionDenied
