"""The step with the people who made the work."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from contests import actions, guardianship, rules
from contests.actions import Conflict, TypedAuthor
from contests.entering import frame
from contests.entering.agreeing import agree
from contests.forms import MeForm, author_lines
from contests.locks import Busy, Refused
from contests.models import Author, Entry
from members import consents
from members.models import Consent, Person
from members.typed import signed_in
from members.typed import typed as typed_before


@signed_in
def authors(request: HttpRequest, code: str) -> HttpResponse:
    found = frame.find(request, code, own=True)
    typed = typed_before(request)
    person = request.user.person
    rows = list(found.authors.all())
    me = next((row for row in rows if person and row.person_id == person.pk), None)
    others = [row for row in rows if row != me]
    form = _me_form(typed, found, person, me)
    lines = author_lines(
        typed, initial=[_line(row) for row in others], contest=found.contest
    )
    page = {"form": form, "lines": lines, "person": person}
    if request.method != "POST":
        return _authors_page(request, found, page)
    if not (form.is_valid() & lines.is_valid()):
        return _authors_page(request, found, page)
    listed = lines.typed()
    if form.cleaned_data["is_author"]:
        mine = TypedAuthor(
            person=person,
            school=form.cleaned_data["school"],
            author=me.pk if me else None,
        )
        listed.insert(0, mine)
    try:
        saved = actions.set_authors(
            entry_id=found.pk,
            version=form.cleaned_data["version"],
            authors=listed,
            by=request.user,
            now=request.now,
        )
    except Refused as refused:
        sentence = refused.refusal.sentence(found.contest)
        return _authors_page(request, found, page, problem=sentence, status=409)
    except Conflict as conflict:
        form.data = form.data.copy()
        form.data["version"] = conflict.entry.version
        sentence = _(
            "This entry was saved in another window meanwhile. Below is what you "
            "typed, and beside it who was saved. Mend yours and save once more."
        )
        page["stored"] = conflict.entry.authors.select_related("person")
        return _authors_page(request, found, page, problem=sentence, status=409)
    except Busy:
        return frame.busy(
            _authors_page(request, found, page, problem=frame.busy_text())
        )
    _keep_publishing(request, found, form)
    frame.tell_if_fell_back(request, found, saved)
    return frame.onwards(request, found, "files")


def _me_form(
    typed: QueryDict | None, found: Entry, person: Person | None, me: Author | None
) -> MeForm:
    publishes = bool(person) and Consent.objects.live().filter(
        person=person,
        guardian=None,
        purpose=Consent.Purpose.PUBLISH_NAME,
        about=rules.consent_about(found.contest_id),
    )
    initial = {
        "version": found.version,
        "is_author": me is not None,
        "school": me.school if me else "",
        "publish_name": bool(publishes) and publishes.exists(),
    }
    return MeForm(typed, initial=initial)


def _line(row: Author) -> dict:
    return {
        "author": row.pk,
        "full_name": row.person.full_name,
        "birth_date": row.person.birth_date,
        "school": row.school,
    }


def _keep_publishing(request: HttpRequest, found: Entry, form: MeForm) -> None:
    """The entrant's own yes or no to a published name; nobody's else."""
    person, purpose = request.user.person, Consent.Purpose.PUBLISH_NAME
    if person is None:
        return
    about = rules.consent_about(found.contest_id)
    if form.cleaned_data["publish_name"]:
        agree(person, purpose, found.contest, request)
    else:
        own = Consent.objects.live().filter(
            person=person, purpose=purpose, about=about, guardian=None
        )
        consents.withdraw_rows(own, now=request.now)


def _authors_page(
    request: HttpRequest,
    found: Entry,
    page: dict,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = frame.context(request, found, "authors") | page
    context |= {
        "problem": problem,
        "guardianships": guardianship.of_entry(found, now=request.now),
    }
    return render(request, "contests/authors.html", context, status=status)
