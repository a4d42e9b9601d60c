"""Sign-in cards in the admin: who gets one, the sheet to print, ending them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from content import clock
from content.yes_and_no import whether
from members import actions, cards, permissions, rules
from members.actions import IssuedCard
from members.models import Person, SignInCard
from members.rules import CardRefusal, Refused
from members.scoped_admin import ScopedAdmin
from vietnam.dates import local_day

MAX_AT_ONCE = 100
"""Ten sheets of paper; also what an address can carry."""


@dataclass(frozen=True)
class Row:
    """A person on the page that asks: what they have and what they may get."""

    person: Person
    card: SignInCard | None
    state: str
    refusal: CardRefusal | None


class CardsOfPeople:
    """For the admin of people: cards for those chosen in the list, or for one."""

    change_form_template = "admin/members/person_form.html"

    def get_actions(self, request):
        found = super().get_actions(request)
        if not permissions.may(request.user, "cards.issue"):
            found.pop("issue_cards", None)
        return found

    def get_urls(self):
        view = self.admin_site.admin_view(
            never_cache(require_http_methods(["GET", "POST"])(self.cards_view))
        )
        return [path("the/", view, name="members_person_cards"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        shown = permissions.may(request.user, "cards.issue")
        address = f"{reverse('admin:members_person_cards')}?ids={object_id}"
        extra_context = {"cards_url": address if shown else "", **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.action(description=_("Issue and print sign-in cards"))
    def issue_cards(self, request: HttpRequest, queryset):
        ids = list(queryset.values_list("pk", flat=True)[: MAX_AT_ONCE + 1])
        if len(ids) > MAX_AT_ONCE:
            text = gettext("Choose at most %d people at once.") % MAX_AT_ONCE
            self.message_user(request, text, messages.WARNING)
            return None
        chosen = ",".join(map(str, ids))
        return redirect(f"{reverse('admin:members_person_cards')}?ids={chosen}")

    def cards_view(self, request: HttpRequest) -> HttpResponse:
        """Ask first; then the sheet with the codes, which is shown this once."""
        if not permissions.may(request.user, "cards.issue"):
            raise PermissionDenied
        people = self._people_for_cards(request)
        now = clock.now()
        if request.method == "POST" and "end" in request.POST:
            return self._end(request, people, now)
        if request.method == "POST":
            issued = self._issue(request, people, now)
            if issued:
                return self._sheet(request, issued)
            self.message_user(
                request,
                gettext("No card was issued. The reasons are below."),
                messages.WARNING,
            )
        rows = _rows(people, request, now)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Sign-in cards"),
            "opts": self.opts,
            "rows": rows,
            "number": sum(row.refusal is None for row in rows),
            "since": now.isoformat(),
            "days": cards.LIFETIME.days,
        }
        return render(request, "admin/members/cards.html", context)

    def _people_for_cards(self, request: HttpRequest) -> list[Person]:
        ids = request.GET.get("ids", "").split(",")
        good = all(part.isascii() and part.isdigit() and len(part) < 19 for part in ids)
        if not good or len(ids) > MAX_AT_ONCE:
            raise Http404
        rows = permissions.scoped(Person.objects.all(), request.user, "cards.issue")
        people = list(rows.filter(pk__in=ids).select_related("unit"))
        if not people:
            raise Http404
        return people

    def _issue(
        self, request: HttpRequest, people: list[Person], now: dt.datetime
    ) -> list[IssuedCard]:
        since = _moment(request.POST.get("since", ""))
        refusals = rules.card_refusals(
            people, by=request.user, on=local_day(now), since=since
        )
        issued = []
        for person in people:
            if person.pk in refusals:
                continue
            try:
                card = actions.issue_card(
                    person=person, by=request.user, now=now, since=since
                )
            except Refused:  # by another hand in between; the page shows it
                continue
            self.log_change(request, person, gettext("Sign-in card issued."))
            issued.append(card)
        return issued

    def _end(
        self, request: HttpRequest, people: list[Person], now: dt.datetime
    ) -> HttpResponse:
        live = SignInCard.objects.live().filter(person__in=people)
        held = {str(card.pk): card for card in live.select_related("person")}
        if card := held.get(request.POST["end"]):
            end_and_log(self, request, card, now)
            self.message_user(request, gettext("The card has ended."))
        return redirect(request.get_full_path())

    @staticmethod
    def _sheet(request: HttpRequest, issued: list[IssuedCard]) -> HttpResponse:
        site = urlsplit(settings.SITE_URL)
        context = {
            "cards": [_printed(one) for one in issued],
            "address": f"{site.netloc}{reverse('cards:type')}",
            "back": reverse("admin:members_person_changelist"),
        }
        return render(request, "admin/members/card_sheet.html", context)


def end_and_log(model_admin, request: HttpRequest, card: SignInCard, now) -> None:
    actions.end_card(card=card, now=now)
    model_admin.log_change(request, card.person, gettext("Sign-in card ended."))


def _printed(issued: IssuedCard) -> dict:
    qr = segno.make(cards.link(issued.code), error="m", micro=False)
    return {
        "name": issued.card.person.full_name,
        "unit": issued.card.person.unit,
        "code": issued.code,
        "expires_at": issued.card.expires_at,
        "qr": qr.svg_data_uri(border=2, light="#fff", omitsize=True),
    }


def _rows(people: list[Person], request: HttpRequest, now: dt.datetime) -> list[Row]:
    refusals = rules.card_refusals(people, by=request.user, on=local_day(now))
    live = SignInCard.objects.live().filter(person__in=people)
    held = {card.person_id: card for card in live}
    rows = []
    for person in people:
        card = held.get(person.pk)
        state = card.state(now).label if card else ""
        rows.append(Row(person, card, state, refusals.get(person.pk)))
    return rows


def _moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if moment.tzinfo is None:
        raise Http404
    return moment


@admin.register(SignInCard)
class SignInCardAdmin(ScopedAdmin):
    """Which cards are out, who gave them and which were used; never a code."""

    view_action = change_action = "cards.issue"
    delete_action = None
    unit_path = "person__unit"
    fields = ["person", "issued_at", "issued_by", "expires_at", "used_at", "ended_at"]
    readonly_fields = fields
    list_display = ["person", "unit", "issued_at", "issued_by", "state", "used_at"]
    list_filter = [
        (
            "used_at",
            whether(
                _("first use"), empty=_("Waits for its first use"), filled=_("Used")
            ),
        ),
        (
            "ended_at",
            whether(_("state"), empty=_("Not ended"), filled=_("Ended by staff")),
        ),
    ]
    list_select_related = ["person__unit", "issued_by__person"]
    date_hierarchy = "issued_at"
    search_fields = ["person__email"]
    folded_search_fields = ("person__folded_name",)
    actions = ["end_now"]

    @admin.display(description=_("unit"))
    def unit(self, card: SignInCard) -> str:
        return str(card.person.unit or "")

    @admin.display(description=_("state"))
    def state(self, card: SignInCard) -> str:
        return card.state(clock.now()).label

    def has_add_permission(self, request, obj=None) -> bool:
        """A card is issued at the person, where its code can be shown."""
        return False

    @admin.action(description=_("End these cards now"), permissions=["change"])
    def end_now(self, request: HttpRequest, queryset) -> None:
        rows = self.changeable(request, queryset).live()
        now = clock.now()
        ended = list(rows.select_related("person"))
        for card in ended:
            end_and_log(self, request, card, now)
        self.message_user(
            request,
            ngettext("%d card has ended.", "%d cards have ended.", len(ended))
            % len(ended),
        )
