"""The entrant's pages: begin, four steps, guardian, download, withdraw.

Whatever a page cannot keep (deadline, second tab, refusal, sign-in lost) it gives
back. What decides about the deadline is `request.now`, taken when the request began:
an upload that began in time counts, however long it took.
"""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content.files import FileRefused, size_text
from content.files import download as hand_out
from contests import actions, emails, guardianship, rules
from contests.actions import Busy, Conflict, Refused, TypedAuthor
from contests.forms import (
    AGREEMENT_VERSION,
    AboutForm,
    FilesForm,
    FirstStartForm,
    GuardianAskForm,
    MeForm,
    StartForm,
    author_lines,
)
from contests.models import Author, Contest, Entry, EntryFile
from contests.signs import in_words
from contests.views import find
from members import consents, guardians
from members.models import Consent, Person
from members.typed import signed_in
from members.typed import typed as _typed
from vietnam.dates import local_day

RETRY_AFTER = 3
STEPS = ("about", "authors", "files", "entry")

State = Entry.State


# --- Begin ----------------------------------------------------------------------


@signed_in
def start(request: HttpRequest, slug: str) -> HttpResponse:
    contest = find(request, slug)
    refusal = rules.why_not_enter(contest, request.user, now=request.now)
    form = _start_form(request)
    if request.method != "POST" or refusal or not form.is_valid():
        status = 409 if refusal and request.method == "POST" else 200
        return _start_page(request, contest, form, refusal, status=status)
    try:
        if isinstance(form, FirstStartForm):
            person = form.save(user=request.user, now=request.now)
        else:
            person = request.user.person
        _agree(person, Consent.Purpose.CONTEST, contest, request)
        begun = actions.begin(contest_id=contest.pk, user=request.user, now=request.now)
    except Refused as refused:
        return _start_page(request, contest, form, refused.refusal, status=409)
    except Busy:
        form.add_error(None, _busy_text())
        return _busy(_start_page(request, contest, form, None))
    return redirect("contests:about", begun.code)


def _start_form(request: HttpRequest) -> StartForm | FirstStartForm:
    person, typed = request.user.person, _typed(request)
    if person and person.full_name.strip() and person.birth_date:
        return StartForm(typed)
    return FirstStartForm(typed, person=person)


def _start_page(
    request: HttpRequest,
    contest: Contest,
    form: forms.Form,
    refusal: rules.EntryRefusal | None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "contest": contest,
        "form": form,
        "problem": refusal.sentence(contest) if refusal else "",
        "divisions": contest.divisions.all(),
    }
    return render(request, "contests/start.html", context, status=status)


def _agree(
    person: Person, purpose: Consent.Purpose, contest: Contest, request: HttpRequest
) -> None:
    consents.give(
        person=person,
        purpose=purpose,
        about=rules.consent_about(contest),
        text_version=AGREEMENT_VERSION,
        method=Consent.Method.OWN_FORM,
        now=request.now,
    )


# --- The steps ------------------------------------------------------------------


@signed_in
def entry(request: HttpRequest, code: str) -> HttpResponse:
    """The last step: what is missing, hand in; afterwards the receipt."""
    found = _find(request, code)
    if request.method != "POST":
        return _entry_page(request, found)
    verb = actions.reopen if "reopen" in request.POST else actions.submit
    _own(request, found)
    try:
        verb(entry_id=found.pk, by=request.user, now=request.now)
    except Refused as refused:
        sentence = refused.refusal.sentence(found.contest)
        again = _find(request, code)
        return _entry_page(request, again, problem=sentence, status=409)
    except Busy:
        return _busy(_entry_page(request, found, problem=_busy_text()))
    return redirect("contests:entry", code)


def _entry_page(
    request: HttpRequest, found: Entry, *, problem: str = "", status: int = 200
) -> HttpResponse:
    missing = rules.missing(found, now=request.now)
    own = found.owner_id == request.user.pk
    shown = rules.state_shown(found, now=request.now)
    context = _frame(request, found, "entry") | {
        "problem": problem,
        "missing": missing,
        "state": shown,
        "in_words": in_words(found, request.now),
        "files": _files(found),
        "guardianships": guardianship.of_entry(found, now=request.now),
        "may_submit": own
        and found.state == State.DRAFT
        and rules.why_not_submit(found, now=request.now) is None,
        "may_withdraw": own and rules.why_not_withdraw(found, now=request.now) is None,
        "may_reopen": own and rules.why_not_reopen(found, now=request.now) is None,
        "prize": getattr(found, "award", None) if shown == State.AWARDED else None,
        "results_public": rules.results_public(found.contest, now=request.now),
        "gets_letters": bool(emails.address_of(found)),
    }
    return render(request, "contests/entry.html", context, status=status)


@signed_in
def about(request: HttpRequest, code: str) -> HttpResponse:
    found = _find(request, code, own=True)
    form = AboutForm(_typed(request), entry=found)
    if request.method != "POST":
        return _about_page(request, found, form)
    if not form.is_valid():
        return _about_page(request, found, form)
    data = form.cleaned_data
    try:
        saved = actions.save(
            entry_id=found.pk,
            version=data["version"],
            title=data["title"],
            summary=data["summary"],
            division=data["division"],
            by=request.user,
            now=request.now,
        )
    except Refused as refused:
        sentence = refused.refusal.sentence(found.contest)
        return _about_page(request, found, form, problem=sentence, status=409)
    except Conflict as conflict:
        return _about_conflict(request, found, form, conflict.entry)
    except Busy:
        return _busy(_about_page(request, found, form, problem=_busy_text()))
    _tell_if_fell_back(request, found, saved)
    return _onwards(request, found, "authors")


def _about_page(
    request: HttpRequest,
    found: Entry,
    form: AboutForm,
    *,
    problem: str = "",
    stored: Entry | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _frame(request, found, "about") | {
        "form": form,
        "problem": problem,
        "stored": stored,
    }
    return render(request, "contests/about.html", context, status=status)


def _about_conflict(
    request: HttpRequest, found: Entry, form: AboutForm, stored: Entry
) -> HttpResponse:
    """Both texts on one page; saving again keeps what stands in the form."""
    form.data = form.data.copy()
    form.data["version"] = stored.version
    problem = _(
        "This entry was saved in another window meanwhile. Below is your text as you "
        "typed it, and beside it what was saved. Mend yours and save once more."
    )
    return _about_page(request, found, form, problem=problem, stored=stored, status=409)


@signed_in
def authors(request: HttpRequest, code: str) -> HttpResponse:
    found = _find(request, code, own=True)
    typed = _typed(request)
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
        return _busy(_authors_page(request, found, page, problem=_busy_text()))
    _keep_publishing(request, found, form)
    _tell_if_fell_back(request, found, saved)
    return _onwards(request, found, "files")


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
        _agree(person, purpose, found.contest, request)
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
    context = _frame(request, found, "authors") | page
    context |= {
        "problem": problem,
        "guardianships": guardianship.of_entry(found, now=request.now),
    }
    return render(request, "contests/authors.html", context, status=status)


@signed_in
def guardian(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Ask the parent of a child author; says where the answer stands."""
    found = _find(request, code, own=True)
    author = next((row for row in found.authors.all() if row.pk == pk), None)
    if author is None:
        raise Http404("no such author")
    standing = guardianship.of_author(found, author, now=request.now)
    form = GuardianAskForm(_typed(request))
    problem, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_guardian(
                entry_id=found.pk,
                author_id=author.pk,
                by=request.user,
                now=request.now,
                **form.cleaned_data,
            )
            return redirect(request.path)
        except Refused as refused:
            problem, status = refused.refusal.sentence(found.contest), 409
        except guardians.Refused as refused:
            form.add_error(None, str(refused.reason.label))
            status = 409
    context = _frame(request, found, "authors") | {
        "author": author,
        "standing": standing,
        "form": form,
        "problem": problem,
    }
    return render(request, "contests/guardian.html", context, status=status)


@signed_in
def files(request: HttpRequest, code: str) -> HttpResponse:
    """One form takes several files; each is judged on its own, good ones stay."""
    found = _find(request, code, own=True)
    if request.method != "POST":
        return _files_page(request, found)
    problems: list[str] = []
    try:
        _change_files(request, found, problems)
    except Refused as refused:
        problems.append(refused.refusal.sentence(found.contest))
    except Busy:
        return _busy(_files_page(request, found, problems=[_busy_text()]))
    again = _find(request, code, own=True)
    _tell_if_fell_back(request, found, again)
    if problems:
        return _files_page(request, again, problems=problems, status=409)
    return redirect(request.path)


def _change_files(request: HttpRequest, found: Entry, problems: list[str]) -> None:
    if "remove" in request.POST:
        actions.remove_file(
            entry_id=found.pk,
            file_id=_number(request.POST["remove"]),
            by=request.user,
            now=request.now,
        )
        return
    uploads = [(None, each) for each in request.FILES.getlist("files")]
    uploads += [
        (_number(name.removeprefix("replace-")), upload)
        for name, upload in request.FILES.items()
        if name.startswith("replace-")
    ]
    if not uploads:
        # A browser that sends a file of no bytes and no name sends none at all.
        problems.append(_("Choose a file first."))
    for replaced, upload in uploads:
        try:
            if replaced is None:
                actions.add_file(
                    entry_id=found.pk, upload=upload, by=request.user, now=request.now
                )
            else:
                actions.replace_file(
                    entry_id=found.pk,
                    file_id=replaced,
                    upload=upload,
                    by=request.user,
                    now=request.now,
                )
        except FileRefused as refused:
            problems.append(f"{upload.name}: {refused.sentence}")


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise BadRequest("not the number of a file") from error


def _files_page(
    request: HttpRequest,
    found: Entry,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = _files(found)
    context = _frame(request, found, "files") | {
        "files": rows,
        "problems": problems or [],
        "form": FilesForm(contest=found.contest),
        "room": found.contest.max_files - len(rows),
    }
    return render(request, "contests/files.html", context, status=status)


def _files(found: Entry) -> list[dict]:
    readable = {EntryFile.State.CLEAN, EntryFile.State.UNSCANNED}
    return [
        {
            "row": row,
            "size": size_text(row.size),
            "readable": row.state in readable,
        }
        for row in found.files.all()
    ]


@require_safe
@never_cache
def download(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """The bytes, as an attachment. For all others, visitors too, nothing is there."""
    file = (
        EntryFile.objects.select_related("entry__contest__unit")
        .filter(pk=pk, entry__code=code)
        .first()
    )
    if file is None or not rules.may_download(file, request.user):
        raise Http404("no such file")
    return hand_out(file.file, name=file.name, media_type=file.media_type)


@signed_in
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """GET asks, POST does."""
    found = _find(request, code, own=True)
    refusal = rules.why_not_withdraw(found, now=request.now)
    problem, status = "", 200
    if request.method == "POST":
        try:
            actions.withdraw(entry_id=found.pk, by=request.user, now=request.now)
            return redirect("contests:entry", code)
        except Refused as refused:
            problem, status = refused.refusal.sentence(found.contest), 409
        except Busy:
            problem, status = _busy_text(), 503
    elif refusal:
        problem = refusal.sentence(found.contest)
    context = {
        "entry": found,
        "contest": found.contest,
        "problem": problem,
        "may_withdraw": refusal is None,
        "can_reopen": request.now < found.contest.closes_at,
    }
    return render(request, "contests/withdraw.html", context, status=status)


# --- What they share ------------------------------------------------------------


def _find(request: HttpRequest, code: str, *, own: bool = False) -> Entry:
    """The entry, for those who may see it; for all others it is not there."""
    found = (
        Entry.objects.for_page()
        .select_related("contest__unit", "award")
        .filter(code=code)
        .first()
    )
    if found is None or not rules.may_see_entry(found, request.user):
        raise Http404("no such entry")
    if own:
        _own(request, found)
    return found


def _own(request: HttpRequest, found: Entry) -> None:
    """Organisers read along; only the entrant changes anything."""
    if found.owner_id != request.user.pk:
        raise Http404("somebody else's entry")


def _frame(request: HttpRequest, found: Entry, step: str) -> dict:
    """What all steps show: where one is, and whether anything can be changed."""
    refusal = rules.why_not_save(found, now=request.now)
    return {
        "entry": found,
        "contest": found.contest,
        "step": STEPS.index(step) + 1,
        "steps": [_("About the work"), _("Authors"), _("Files"), _("Check, hand in")],
        "own": found.owner_id == request.user.pk,
        "locked": refusal.sentence(found.contest) if refusal else "",
        "today": local_day(request.now),
    }


def _onwards(request: HttpRequest, found: Entry, step: str) -> HttpResponse:
    """To the next step, or back to the overview for whoever only corrects."""
    if "overview" in request.POST:
        step = "entry"
    return redirect(f"contests:{step}", found.code)


def _tell_if_fell_back(request: HttpRequest, before: Entry, after: Entry) -> None:
    if before.state == State.SUBMITTED and after.state == State.DRAFT:
        text = _(
            "Your entry is a draft again, because something is missing now. Hand it "
            "in once more before the deadline."
        )
        messages.warning(request, text)


def _busy_text() -> str:
    return _("Somebody else is just changing this. Press the button again.")


def _busy(response: HttpResponse) -> HttpResponse:
    response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER)
    return response
