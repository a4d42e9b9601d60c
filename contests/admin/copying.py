"""A new contest from an old one."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext

from contests import repeating
from contests.admin import pages
from contests.admin_forms import CopyForm

NAME = "contests_contest_copy"


class CopyPage:
    """For the admin of contests."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.copy_view)
        return [path("<int:pk>/copy/", view, name=NAME), *super().get_urls()]

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The same again as a draft, which then only needs a look."""
        contest = pages.contest_of(self, request, pk)
        usual = repeating.usual_start(contest, now=request.now)
        form = CopyForm(request.POST or None, initial={"opens_at": usual})
        if request.method == "POST" and form.is_valid():
            copy = repeating.copy_contest(
                contest_id=pk,
                opens_at=form.cleaned_data["opens_at"],
                by=request.user,
                now=request.now,
            )
            with translation.override(settings.LANGUAGE_CODE):
                text = gettext("Copied from: %(title)s")
                self.log_addition(request, copy, text % {"title": contest.title})
            text = gettext("This is the copy, a draft. Look at its dates and publish.")
            self.message_user(request, text, messages.SUCCESS)
            return redirect("admin:contests_contest_change", copy.pk)
        title = gettext("Copy the contest")
        return pages.page(self, request, contest, "copy", title=title, form=form)
