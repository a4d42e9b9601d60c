"""The page of a team's link in the admin: QR code, text for Zalo, code by telephone."""

from __future__ import annotations

import datetime as dt

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members import permissions
from teams.models import DigitalTeam, ReportLink
from teams.reports import access, letters
from vietnam.dates import local_day

ACTION = "teams.accept"
CHAT = gettext_lazy(
    "Monthly report of %(team)s: open this link on your phone, it takes three minutes. "
    "Keep it, it stays the same each month, and pass it on to nobody.\n%(link)s"
)


class LinkPages:
    """One page; every button on it asks the same right and leaves a line in the log."""

    def __init__(self, model_admin) -> None:
        self.admin = model_admin

    @property
    def page(self):
        return never_cache(require_http_methods(["GET", "POST"])(self._page))

    def _page(self, request: HttpRequest, pk: int) -> HttpResponse:
        team = self._team(request, pk)
        leader = access.leader_of(team, local_day(request.now))
        link = access.link_for(leader, now=request.now) if leader else None
        code = ""
        if request.method == "POST" and link:
            if "code" not in request.POST:
                self._act(request, team, link)
                return redirect(request.path)
            lasts = access.TOLD
            code = access.new_code(link, now=request.now, lasts=lasts)
            self._log(request, team, gettext("Code for the report shown."))
        return self._show(request, team, link, code)

    def _team(self, request: HttpRequest, pk: int) -> DigitalTeam:
        if not permissions.may(request.user, ACTION):
            raise PermissionDenied
        teams = DigitalTeam.objects.select_related("unit")
        return get_object_or_404(permissions.scoped(teams, request.user, ACTION), pk=pk)

    def _act(self, request: HttpRequest, team: DigitalTeam, link: ReportLink) -> None:
        if "renew" in request.POST:
            access.renew(link, now=request.now)
            self._log(request, team, gettext("Link for reports renewed."))
            text = gettext(
                "There is a new link. The old one and every phone that used it are out."
            )
            self.admin.message_user(request, text, messages.SUCCESS)
        elif "mail" in request.POST and letters.link(link, now=request.now):
            self._log(request, team, gettext("Link for reports mailed."))
            text = gettext("The link is on its way to the leader.")
            self.admin.message_user(request, text, messages.SUCCESS)

    def _log(self, request: HttpRequest, team: DigitalTeam, words: str) -> None:
        teams = self.admin.admin_site._registry[DigitalTeam]
        teams.log_change(request, team, words)

    def _show(
        self,
        request: HttpRequest,
        team: DigitalTeam,
        link: ReportLink | None,
        code: str,
    ) -> HttpResponse:
        url = access.url(link) if link else ""
        context = self.admin.admin_site.each_context(request) | {
            "title": gettext("Link for reports: %(team)s") % {"team": team.name},
            "opts": self.admin.opts,
            "team": team,
            "link": link,
            "leader": link.membership if link else None,
            "email": access.email_of(link.membership) if link else "",
            "url": url,
            "qr": _qr(url) if url else "",
            "chat": CHAT % {"team": team.name, "link": url},
            "code": f"{code[:3]} {code[3:]}" if code else "",
            "until": request.now + access.TOLD,
            "hours": access.TOLD // dt.timedelta(hours=1),
        }
        return render(request, "teams/admin/report_link.html", context)


def _qr(url: str) -> str:
    made = segno.make(url, error="m", micro=False)
    return made.svg_data_uri(border=3, light="#fff", omitsize=True)
