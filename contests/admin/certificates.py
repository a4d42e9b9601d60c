"""The page that shows who gets a certificate, and asks for them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext

from certificates.models import Kind
from certificates.rules import Refused as CertificateRefused
from contests import certifying
from contests.admin import pages
from contests.locks import Refused
from members import permissions

NAME = "contests_contest_certificates"
KINDS = (Kind.PRIZE, Kind.TAKING_PART)


class CertificatePages:
    """For the admin of contests."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.certificates_view)
        return [path("<int:pk>/certificates/", view, name=NAME), *super().get_urls()]

    def certificates_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows whom it touches, POST starts the work."""
        contest = pages.contest_of(self, request, pk)
        if not permissions.may(request.user, "certificates.issue", contest.unit):
            raise PermissionDenied
        asked = request.POST.get("kind") or request.GET.get("kind")
        kind = next((one for one in KINDS if one == asked), Kind.PRIZE)
        if request.method == "POST":
            try:
                batch = certifying.certify(
                    contest=contest, kind=kind, by=request.user, now=request.now
                )
            except Refused as refused:
                self.message_user(request, refused.refusal.label, messages.ERROR)
                return redirect(request.get_full_path())
            except CertificateRefused as refused:
                self.message_user(request, refused.reason.label, messages.ERROR)
                return redirect(request.get_full_path())
            return redirect("admin:certificates_certificatebatch_change", batch.pk)
        authors = certifying.earned(contest, kind)
        there = certifying.issued(contest, kind)
        return pages.page(
            self,
            request,
            contest,
            "certificates",
            title=gettext("Certificates of “%(title)s”") % {"title": contest.title},
            kinds=KINDS,
            kind=kind,
            authors=[(author, author.person_id in there) for author in authors],
            new=sum(author.person_id not in there for author in authors),
            refusal=certifying.why_not_certify(contest, authors, now=request.now),
        )
