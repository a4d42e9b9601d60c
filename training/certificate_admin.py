"""The page that shows who has earned a certificate, and asks for them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext

from certificates.rules import Refused as CertificateRefused
from members import permissions
from training import certifying
from training.actions import Refused

NAME = "training_trainingsession_certificates"


class CertificatePages:
    """For the admin of sessions, whose `_session` and `_page` it uses."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.certificates_view)
        return [path("<int:pk>/certificates/", view, name=NAME), *super().get_urls()]

    def certificates_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows whom it touches, POST starts the work."""
        session = self._session(request, pk)
        if not permissions.may(request.user, "certificates.issue", session.unit):
            raise PermissionDenied
        if request.method == "POST":
            try:
                batch = certifying.certify(
                    session=session, by=request.user, now=request.now
                )
            except Refused as refused:
                self.message_user(request, refused.refusal.label, messages.ERROR)
                return redirect(f"admin:{NAME}", pk)
            except CertificateRefused as refused:
                self.message_user(request, refused.reason.label, messages.ERROR)
                return redirect(f"admin:{NAME}", pk)
            return redirect("admin:certificates_certificatebatch_change", batch.pk)
        lines = certifying.lines(session)
        earned = [line for line in lines if line.missing is None]
        return self._page(
            request,
            session,
            "training/admin/certificates.html",
            lines=lines,
            earned=len(earned),
            new=sum(line.certificate is None for line in earned),
            refusal=certifying.why_not_certify(session, earned, now=request.now),
            title=gettext("Certificates of “%(title)s”") % {"title": session.title},
        )
