"""The sender's pages: send a story, see what became of it, send it once more.

Only with an account (a card from the secretary will do): then the editors know whom
to ask, a child is known as one, and mass mail has nowhere to start.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from content.files import download
from members import consents, guardians
from members.models import Consent, GuardianRequest, Person
from members.typed import signed_in, typed
from news import limits, stories, story_rules, withdrawing
from news.models import Contribution, ContributionFile, ContributionPicture
from news.publication_forms import FirstPublicationForm, PublicationForm
from news.rules import is_visible
from news.stories import Refused
from news.story_forms import FirstStoryForm, Newcomer, StoryForm, StoryGuardianForm
from vietnam.dates import local_day

State = Contribution.State
Kind = Contribution.Kind


@signed_in
def contribute(request: HttpRequest, kind: str = Kind.STORY) -> HttpResponse:
    """Something new; a form that was sent already leads to what came of it."""
    person = request.user.person
    data = typed(request)
    form = _form(request, person, None, data, kind)
    story = None
    if person and form.is_bound and form.press:
        story = Contribution.objects.filter(sender=person, press=form.press).first()
    if story and not story.is_open:
        return redirect(story)
    if story:
        form = _form(request, person, story, data, kind)
    if request.method != "POST":
        return _form_page(request, form, story)
    return _take(request, form, story)


@signed_in
def contribution(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands; what came back, or was not sent yet, can be mended here."""
    story = _own(request, pk)
    if not story.is_open:
        return _status_page(request, story)
    form = _form(request, request.user.person, story, typed(request), story.kind)
    if request.method != "POST":
        return _form_page(request, form, story)
    return _take(request, form, story)


@signed_in
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back; or, once it is an article, take one's name off."""
    story = _own(request, pk)
    try:
        if story.state == State.ACCEPTED:
            consents.withdraw(
                person=story.sender,
                purpose=Consent.Purpose.PUBLISH_NAME,
                about=story_rules.about(story),
                now=request.now,
            )
            withdrawing.take_name_off(story=story)
        else:
            stories.withdraw(story=story, now=request.now)
    except Refused as refused:
        return _status_page(request, story, problem=str(refused), status=409)
    return redirect(story)


@signed_in
def guardian(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a parent or guardian of a sender under 16."""
    story = _own(request, pk)
    if not story_rules.needs_guardian_answer(story, on=local_day(request.now)):
        return redirect(story)
    form = StoryGuardianForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            guardians.ask(
                child=story.sender,
                purpose=Consent.Purpose.STORY,
                about=story_rules.about(story),
                matter=story.title,
                now=request.now,
                asked_by=request.user,
                **form.cleaned_data,
            )
            return redirect(story)
        except guardians.Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "news/story_guardian.html", {"form": form, "story": story})


@signed_in
@require_safe
def picture(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """One's own picture; for everybody else there is nothing."""
    story = _own(request, pk)
    found = get_object_or_404(ContributionPicture, contribution=story, pk=number)
    return download(
        found.file,
        name=f"{found.name}.jpg",
        media_type="image/jpeg",
        within_page=True,
    )


@signed_in
@require_safe
def file(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """One's own file of a publication."""
    story = _own(request, pk)
    found = get_object_or_404(ContributionFile, contribution=story, pk=number)
    return download(
        found.file, name=found.name, media_type=found.media_type, by=request.user.pk
    )


# --- Below the pages ------------------------------------------------------------


def _own(request: HttpRequest, pk: int) -> Contribution:
    person = request.user.person
    rows = Contribution.objects.select_related("section", "unit", "article", "sender")
    if person is None:
        raise Http404
    return get_object_or_404(rows, pk=pk, sender=person)


FORMS = {
    Kind.STORY: (StoryForm, FirstStoryForm),
    Kind.PUBLICATION: (PublicationForm, FirstPublicationForm),
}


def _form(
    request: HttpRequest,
    person: Person | None,
    story: Contribution | None,
    data,
    kind: str,
) -> StoryForm | PublicationForm:
    """A newcomer says first who they are."""
    known = person and person.full_name.strip() and person.birth_date
    form = FORMS[Kind(kind)][0 if known else 1]
    files = request.FILES if request.method == "POST" else None
    return form(data, files, person=person, story=story, now=request.now)


def _take(
    request: HttpRequest, form: StoryForm, story: Contribution | None
) -> HttpResponse:
    """Send it, or give everything back; pictures that were good stay here."""
    withdrawing.drop_pictures(form.removed)
    if form.is_valid() and not (problem := _why_not(request, form, story)):
        person = request.user.person
        if isinstance(form, Newcomer):
            person = form.save(user=request.user, now=request.now)
        try:
            sent = stories.send(
                sender=person,
                press=form.press,
                told=form.told(),
                images=form.good_pictures,
                files=form.good_files,
                story=story,
                now=request.now,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(sent)
    elif form.is_valid():
        form.add_error(None, problem)
    return _given_back(request, form, story)


def _why_not(
    request: HttpRequest, form: StoryForm, story: Contribution | None
) -> str | None:
    """Limits are asked last, so that a mistyped form costs none of them."""
    person = request.user.person
    if person:
        refusal = story_rules.why_not_send(
            person,
            text_digest=story_rules.digest(form.told().title, form.told().text),
            now=request.now,
            but=story and story.pk,
        )
        if refusal:
            return str(refusal.label)
    key = person.pk if person else -request.user.pk
    if not limits.may_send_story(request, key):
        return str(story_rules.StoryRefusal.TOO_OFTEN.label)
    return None


def _given_back(
    request: HttpRequest, form: StoryForm, story: Contribution | None
) -> HttpResponse:
    person = request.user.person
    good = form.good_pictures or form.good_files
    if person and form.press and (story or good):
        story = stories.keep_draft(
            sender=person,
            press=form.press,
            told=form.told(),
            images=form.good_pictures,
            files=form.good_files,
            story=story,
            now=request.now,
        )
        form.kept = _kept(story) if story else []
    return _form_page(request, form, story)


def _form_page(
    request: HttpRequest, form: StoryForm, story: Contribution | None
) -> HttpResponse:
    kind = "publication" if isinstance(form, PublicationForm) else "story"
    context = {"form": form, "story": story}
    return render(request, f"news/{kind}_form.html", context)


def _kept(story: Contribution) -> list:
    rows = story.files if story.is_publication else story.pictures
    return list(rows.all())


def _status_page(
    request: HttpRequest, story: Contribution, *, problem: str = "", status: int = 200
) -> HttpResponse:
    on = local_day(request.now)
    article = story.article
    child = story.state == State.RECEIVED and story_rules.needs_guardian_answer(
        story, on=on
    )
    asked = guardians.latest(
        story.sender, Consent.Purpose.STORY, story_rules.about(story)
    )
    context = {
        "story": story,
        "problem": problem,
        "article": article if article and is_visible(article, request.now) else None,
        "needs_guardian": child,
        "asked": asked if asked and asked.is_open(request.now) else None,
        "declined": asked and asked.answer == GuardianRequest.Answer.DECLINED,
        "may_withdraw": story_rules.why_not_move(story, State.WITHDRAWN) is None,
        "lead": _lead(story),
        "pictures": story.pictures.all(),
        "files": story.files.all(),
    }
    return render(request, "news/story.html", context, status=status)


def _lead(story: Contribution) -> str:
    if not story.consent_withdrawn_at:
        leads = _LEADS_OF_PUBLICATIONS if story.is_publication else _LEADS
        return leads[State(story.state)]()
    if story.state == State.WITHDRAWN:
        return _("The consent for it was taken back. Its pictures have been deleted.")
    return _(
        "The consent for it was taken back. Name and pictures are off the site; the "
        "editors do not publish it without asking again."
    )


_LEADS = {
    State.DRAFT: lambda: "",
    State.RETURNED: lambda: "",
    State.RECEIVED: lambda: _(
        "Thank you! The editors have your story and read it in the next few days."
    ),
    State.ACCEPTED: lambda: _(
        "The editors have made an article of it. It goes out when a second person has "
        "read it."
    ),
    State.REFUSED: lambda: _("The editors do not use this story. Here is why:"),
    State.WITHDRAWN: lambda: _("You took it back. Its pictures have been deleted."),
}

_LEADS_OF_PUBLICATIONS = _LEADS | {
    State.RECEIVED: lambda: _(
        "Thank you! The editors have your publication and look at it in the next few "
        "days."
    ),
    State.ACCEPTED: lambda: _(
        "It is in the media kit now, with its credit and what may be done with it."
    ),
    State.REFUSED: lambda: _("The editors do not use this publication. Here is why:"),
    State.WITHDRAWN: lambda: _("You took it back. Its files have been deleted."),
}
