"""Pages that join the features: home, my page, robots."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from content import pagecache
from members import desk, elsewhere, permissions, timeline
from portal import freshness
from portal import home as home_page
from training.freshness import row as session_row

NOTHING = timeline.Timeline(ahead=[], ongoing=[], past=[])


@pagecache.public("news", "training", "teams", "contests", freshness.AREA)
def home(request: HttpRequest) -> HttpResponse:
    found = home_page.gather(request.now)
    rows = [session_row(session, request.now) for session in found.sessions]
    context = {"home": found, "session_rows": rows}
    return render(request, "portal/home.html", context)


@login_required
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    person = request.user.person
    found = timeline.entries(person, request.now) if person else NOTHING
    context = {
        "person": person,
        **found._asdict(),
        "tasks": desk.tasks(request.user, request.now),
        "enters_admin": permissions.enters_admin(request.user),
        "holds_role": permissions.holds_role(request.user),
        "judges": permissions.may(request.user, "contests.judge"),
        "elsewhere": elsewhere.provider(),
    }
    return render(request, "portal/me.html", context)


@pagecache.public()
def robots(request: HttpRequest) -> HttpResponse:
    names = ("sitemap", "news_sitemap")
    context = {"sitemaps": [settings.SITE_URL + reverse(name) for name in names]}
    return render(request, "portal/robots.txt", context, content_type="text/plain")
