"""The step with the people who made the work."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from contests import actions, guardianship, joining, loading, rules
from contests.actions import Conflict, TypedAuthor
from contests.entering import by_itself, frame
from contests.entering.agreeing import agree
from contests.forms import AuthorLines, InviteForm, MeForm, author_lines
from contests.locks import Busy, Refused
from contests.models import Author, Entry, Invitation
from members import consents
from members.models import Consent, Person
from members.typed import signed_in
from members.typed import typed as typed_before


@signed_in
def authors(request: HttpRequest, code: str) -> HttpResponse:
    found = frame.find(request, code, own=True)
    page = _page(request, found, typed_before(request))
    form, lines = page["form"], page["lines"]
    if request.method != "POST":
        return _authors_page(request, found, page)
    if not (form.is_valid() & lines.is_valid()):
        return _authors_page(request, found, page)
    try:
        saved = _save(request, found, page)
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
    _warn(request, saved)
    return frame.onwards(request, found, "files")


@never_cache
@require_POST
def autosave(request: HttpRequest, code: str) -> JsonResponse:
    """The lines as they are typed; see `by_itself.save`.

    It puts down and corrects, and takes nobody out: a name that is empty for a moment
    is being typed anew. Who is no author, and what may be published, says the button.
    `fields` tells the page which rows its new lines have become.
    """

    def keep(found: Entry) -> dict:
        page = _page(request, found, request.POST)
        form, lines = page["form"], page["lines"]
        if not (form.is_valid() & lines.is_valid()):
            wrong = [form, *lines.forms]
            told = [text for one in wrong for text in by_itself.problems(one)]
            raise by_itself.Unkept([*told, *lines.non_form_errors()])
        saved = _save(request, found, page, takes_out=False)
        rows = loading.authors_of(saved)
        return {
            "version": saved.version,
            "warnings": _wrong(saved, rows),
            "fields": _rows_of(lines, rows),
        }

    return by_itself.save(request, code, keep)


def _rows_of(lines: AuthorLines, rows: list[Author]) -> dict[str, int]:
    """For each line with a name, its hidden field and the row it is now."""
    known = {(row.person.full_name, row.person.birth_date): row.pk for row in rows}
    found = {}
    for line in lines.forms:
        typed = line.typed()
        key = typed and known.get((typed.full_name, typed.birth_date))
        if key:
            found[line.add_prefix("author")] = key
    return found


def _page(request: HttpRequest, found: Entry, typed: QueryDict | None) -> dict:
    """The entrant, who joined by invitation, and the lines for all others."""
    person = request.user.person
    rows = list(found.authors.all())
    me = next((row for row in rows if person and row.person_id == person.pk), None)
    joined = [row for row in rows if row.joined_at and row != me]
    others = [row for row in rows if row != me and row not in joined]
    return {
        "form": _me_form(typed, found, person, me, joined),
        "lines": author_lines(
            typed,
            initial=[_line(row) for row in others],
            contest=found.contest,
            others=len(joined),
        ),
        "person": person,
        "me": me,
    }


def _save(
    request: HttpRequest, found: Entry, page: dict, *, takes_out: bool = True
) -> Entry:
    form, me = page["form"], page["me"]
    listed = page["lines"].typed()
    if form.cleaned_data["is_author"]:
        mine = TypedAuthor(
            person=page["person"],
            school=form.cleaned_data["school"],
            share=form.cleaned_data["share"],
            author=me.pk if me else None,
        )
        listed.insert(0, mine)
    return actions.set_authors(
        entry_id=found.pk,
        version=form.cleaned_data["version"],
        authors=listed,
        shares=form.shares(),
        without=form.without() if takes_out else (),
        takes_out=takes_out,
        by=request.user,
        now=request.now,
    )


def _warn(request: HttpRequest, saved: Entry) -> None:
    """Ages and shares are said at once, with the dates and the sum."""
    for text in _wrong(saved, loading.authors_of(saved)):
        messages.warning(request, text)


def _wrong(saved: Entry, rows: list[Author]) -> list[str]:
    found = (*rules.wrong_ages(saved, rows), *rules.wrong_shares(rows))
    return [one.text for one in found]


def _me_form(
    typed: QueryDict | None,
    found: Entry,
    person: Person | None,
    me: Author | None,
    joined: list[Author],
) -> MeForm:
    initial = {
        "version": found.version,
        "is_author": me is not None,
        "school": me.school if me else "",
        "share": me.share if me else None,
        "publish_name": person is not None
        and consents.said_own_yes(
            person,
            Consent.Purpose.PUBLISH_NAME,
            about=rules.consent_about(found.contest_id),
        ),
    }
    return MeForm(typed, initial=initial, joined=joined)


def _line(row: Author) -> dict:
    return {
        "author": row.pk,
        "full_name": row.person.full_name,
        "birth_date": row.person.birth_date,
        "school": row.school,
        "share": row.share,
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


# --- Invitations ----------------------------------------------------------------


@signed_in
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Ask somebody to join; a page of its own, so that no other text is lost."""
    found = frame.find(request, code, own=True)
    form = InviteForm(typed_before(request))
    problem, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            joining.invite(
                entry_id=found.pk, by=request.user, now=request.now, **form.cleaned_data
            )
        except Refused as refused:
            problem, status = refused.refusal.sentence(found.contest), 409
        except joining.NotInvited as refused:
            form.add_error(None, str(refused.reason.label))
            status = 409
        except Busy:
            problem, status = frame.busy_text(), 503
        else:
            frame.tell_if_fell_back(request, found, frame.find(request, code))
            text = _("The letter to %(name)s is on its way.")
            name = {"name": form.cleaned_data["full_name"]}
            messages.success(request, text % name)
            return redirect("contests:authors", code)
    context = frame.context(request, found, "authors") | {
        "form": form,
        "problem": problem,
    }
    return render(request, "contests/invite.html", context, status=status)


@signed_in
@require_POST
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    found = frame.find(request, code, own=True)
    try:
        pk = int(request.POST.get("invitation", ""))
        if found.invitations.filter(pk=pk).exists():
            joining.take_back(invitation_id=pk, by=request.user, now=request.now)
    except ValueError as error:
        raise BadRequest("not the number of an invitation") from error
    except Refused as refused:
        messages.warning(request, refused.refusal.sentence(found.contest))
    except Busy:
        messages.warning(request, frame.busy_text())
    return redirect("contests:authors", code)


def invitations_of(found: Entry) -> list[Invitation]:
    """Those that are not authors yet: waiting, or answered with no."""
    hidden = {Invitation.Answer.ACCEPTED, Invitation.Answer.TAKEN_BACK}
    return [one for one in found.invitations.all() if one.answer not in hidden]


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
        "invitations": invitations_of(found),
        "saves_itself": found.state == Entry.State.DRAFT and not context["locked"],
    }
    return render(request, "contests/authors.html", context, status=status)
