"""Pages of one breach in the admin: whom it touched, the list, the letters."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from content import tables
from members import access_log, factors
from members.breaches import actions, letters, notices
from members.breaches.forms import LetterForm, SearchForm
from members.models import Breach, BreachNotice
from vietnam.dates import local_day
from vietnam.phones import display_phone

SHOWN = 100


class BreachPages:
    """For the admin of breaches; each page asks for its right."""

    def get_urls(self) -> list:
        asked = require_http_methods(["GET", "POST"])
        pages = {
            ("people", "people/"): asked(self.people_view),
            ("letter", "letter/"): asked(factors.freshly_shown(self.letter_view)),
            ("export", "people.xlsx"): require_safe(
                factors.freshly_shown(self.export_view)
            ),
        }
        own = [
            path(
                f"<int:pk>/{address}",
                self.admin_site.admin_view(never_cache(view)),
                name=f"members_breach_{name}",
            )
            for (name, address), view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def people_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET asks the log; POST keeps the people it names in the register."""
        breach = self._breach(request, pk)
        given = request.GET if "since" in request.GET else None
        form = SearchForm(given, initial=self._initial(breach))
        context = self._context(request, breach, _("Who was affected")) | {
            "form": form,
            "media": self.media + form.media,
        }
        if given is not None and form.is_valid():
            search = form.search()
            people = search.people()
            if request.method == "POST":
                added = actions.add_people(breach=breach, people=people)
                text = ngettext(
                    "%(n)d person has been put into the register.",
                    "%(n)d people have been put into the register.",
                    added,
                ) % {"n": added}
                self.log_change(request, breach, text)
                self.message_user(request, text)
                return redirect("admin:members_breach_people", pk)
            context |= {
                "notes": search.notes()[:SHOWN],
                "count": people.count(),
                "found": people.select_related("unit")[:SHOWN],
            }
        rows = breach.people.select_related("person__unit").order_by(
            "person__sort_key", "pk"
        )
        context |= {"kept": rows[:SHOWN], "kept_count": rows.count()}
        return render(request, "members/admin/breach_people.html", context)

    @staticmethod
    def _initial(breach: Breach) -> dict:
        return {
            "since": breach.happened_from,
            "until": breach.happened_until or breach.known_at,
        }

    def letter_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The first press shows the letter, the second one has all of them written."""
        breach = self._breach(request, pk)
        sent = list(breach.notices.select_related("user"))
        if sent and sent[0].is_unfinished:
            return self._underway(request, breach, sent[0])
        form = LetterForm(request.POST if request.method == "POST" else None)
        waiting = breach.people.filter(told_at=None)
        context = self._context(request, breach, _("Write to those affected")) | {
            "form": form,
            "count": waiting.count(),
            "sent": sent,
        }
        if form.is_valid() and context["count"]:
            words = form.cleaned_data["words"]
            if "send" in request.POST:
                return self._send(request, breach, words)
            first = waiting.select_related("person").order_by("pk").first()
            if first:
                context["letter"] = letters.content(
                    breach, first.person, words, language=notices.language()
                )
        return render(request, "members/admin/breach_letter.html", context)

    def _send(self, request: HttpRequest, breach: Breach, words: str) -> HttpResponse:
        notice = notices.start(
            breach=breach, words=words, by=request.user, now=request.now
        )
        text = ngettext(
            "Letters to %(n)d person asked for.",
            "Letters to %(n)d people asked for.",
            notice.people,
        ) % {"n": notice.people}
        self.log_change(request, breach, text)
        return redirect("admin:members_breach_letter", breach.pk)

    def _underway(
        self, request: HttpRequest, breach: Breach, notice: BreachNotice
    ) -> HttpResponse:
        context = self._context(request, breach, _("Letters are being written"))
        response = render(
            request, "members/admin/breach_notice.html", context | {"notice": notice}
        )
        # The page comes again by itself, without a script.
        response["Refresh"] = "2"
        return response

    def export_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everybody in the register of this breach; written down like every list."""
        breach = self._breach(request, pk)
        rows = list(
            breach.people.select_related("person__unit").order_by(
                "person__sort_key", "pk"
            )
        )
        lines = [
            [_("No."), _("Full name"), _("Unit"), _("Phone"), _("Email"), _("Told at")]
        ]
        lines += [
            [
                number,
                row.person.full_name,
                str(row.person.unit or ""),
                display_phone(row.person.phone) if row.person.phone else "",
                row.person.email,
                f"{localtime(row.told_at):%d/%m/%Y %H:%M}" if row.told_at else "",
            ]
            for number, row in enumerate(rows, start=1)
        ]
        access_log.note_access(
            by=request.user,
            kind="members.breach",
            what=breach.title,
            about=f"members.breach:{breach.pk}",
            people=[row.person_id for row in rows],
            now=request.now,
        )
        name = f"nguoi-bi-anh-huong-{breach.pk}-{local_day(request.now):%Y-%m-%d}"
        return tables.response(lines, "xlsx", name=name, title=breach.title)

    def _breach(self, request: HttpRequest, pk: int) -> Breach:
        breach = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, breach):
            raise PermissionDenied
        return breach

    def _context(self, request: HttpRequest, breach: Breach, title: str) -> dict:
        return self.admin_site.each_context(request) | {
            "title": title,
            "breach": breach,
            "opts": self.opts,
        }
