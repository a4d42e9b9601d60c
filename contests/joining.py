"""Teams: asking somebody to join, and their answer.

Whoever is asked answers by a link that came to their own mailbox, with or without an
account, and says who they are themselves. How large a team may be is asked inside the
entry's lock: of two who join at once the second finds it complete.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from contests import emails, rules
from contests.falling_back import settle
from contests.locks import (
    Refused,
    guarded,
    lock_entry,
    refuse,
    share_contest_of,
    touch,
)
from contests.models import Author, Entry, Invitation
from contests.rules import EntryRefusal
from mail import addresses
from mail.addresses import fold as fold_address
from members import consent_texts, consents
from members.actions import save_profile
from members.models import Consent, Person, User

DAY = dt.timedelta(days=1)
# At once: a contest has small teams; nobody mails a school by way of one entry.
MAX_OPEN = 10
# A day: a teacher enters a class; a mailbox is asked about a few works.
MAX_LETTERS_AN_ACCOUNT = 40
MAX_LETTERS_AN_ADDRESS = 10
KEPT = dt.timedelta(days=30)
"""How long after the deadline an address stays of somebody who did not join."""
BOXES = {
    Consent.Purpose.CONTEST: "contests.entry",
    Consent.Purpose.PUBLISH_NAME: "contests.publish_name",
}
"""By what is agreed to: the box with the words."""

Answer = Invitation.Answer


class Refusal(TextChoices):
    """Why nobody can be invited; a sentence for people."""

    NAME = "name", _("Write the name in letters only.")
    ADDRESS = "address", _("Write the full email address.")
    OWN_ADDRESS = (
        "own_address",
        _("This is your own address. Say above that you are an author."),
    )
    ASKED = "asked", _("This address was invited already.")
    TOO_OFTEN = "too_often", _("Enough letters have been sent. Try again tomorrow.")


class NotInvited(Exception):
    """Nobody was written to; `reason` is the Refusal."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


def find(token: str) -> Invitation:
    """The invitation behind a link. Raises Invitation.DoesNotExist."""
    rows = Invitation.objects.select_related(
        "entry__contest__unit", "entry__owner__person", "author__person"
    )
    return rows.get(token_hash=_digest(token))


def why_not_answer(
    invitation: Invitation, user: User | None, *, now: dt.datetime
) -> EntryRefusal | None:
    """Why the link takes no answer at `now`; jury and organisers never join."""
    if invitation.answer:
        return EntryRefusal.ANSWERED
    entry = invitation.entry
    if refusal := rules.why_not_save(entry, now=now):
        return refusal
    if user and rules.works_for(entry.contest, user):
        return EntryRefusal.JURY
    return None


def account_of(invitation: Invitation, user) -> User | None:
    """The signed-in account if the letter went to it; on a shared phone it may not."""
    if not user.is_authenticated or not user.email:
        return None
    own = fold_address(user.email) == invitation.address_key
    return user if own else None


def invite(
    *, entry_id: int, full_name: str, email: str, by: User, now: dt.datetime
) -> Invitation:
    """Write to somebody that they are wanted as an author.

    An entry that was handed in becomes a draft until they have answered. Raises
    Refused, Busy and NotInvited. The same address again sends nothing.
    """
    full_name = " ".join(full_name.split())
    key = fold_address(email)
    with guarded():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        entry = _locked(entry_id)
        refuse(rules.why_not_save(entry, now=now))
        if entry.authors.count() >= entry.contest.max_authors:
            raise Refused(EntryRefusal.TEAM_FULL)
        refuse_invitation(_why_not_invite(entry, full_name, email, by, now=now))
        token = secrets.token_urlsafe(32)
        invitation = Invitation.objects.create(
            entry=entry,
            full_name=full_name,
            email=email.strip(),
            address_key=key,
            token_hash=_digest(token),
            invited_at=now,
            invited_by=by,
        )
        emails.invited(invitation, token=token, now=now)
        entry.version += 1
        touch(entry, now, "version")
        settle(entry, by=by, now=now)
    return invitation


def refuse_invitation(reason: Refusal | None) -> None:
    if reason:
        raise NotInvited(reason)


def take_back(*, invitation_id: int, by: User, now: dt.datetime) -> None:
    """Close the link. Answered already: nothing happens."""
    entry_id = Invitation.objects.values_list("entry", flat=True).get(pk=invitation_id)
    with guarded():
        entry = _locked(entry_id)
        refuse(rules.why_not_save(entry, now=now))
        invitation = entry.invitations.get(pk=invitation_id)
        if not invitation.answer:
            _answer(invitation, Answer.TAKEN_BACK, now)


def accept(
    *,
    token: str,
    full_name: str,
    birth_date: dt.date,
    school: str,
    publish_name: bool,
    user: User | None,
    now: dt.datetime,
) -> Author:
    """Join the team: an author, with consents of their own. Twice is once.

    `user` is the account that the letter went to, None for whoever has none. Raises
    Refused, Busy, and Invitation.DoesNotExist for a link that never was.
    """
    with _answering(token) as invitation:
        if invitation.answer == Answer.ACCEPTED and invitation.author:
            return invitation.author
        entry = invitation.entry
        refuse(why_not_answer(invitation, user, now=now))
        if entry.authors.count() >= entry.contest.max_authors:
            raise Refused(EntryRefusal.TEAM_FULL)
        person = _person(invitation, user, full_name, birth_date, now=now)
        if entry.authors.filter(person=person).exists():
            raise Refused(EntryRefusal.IN_TEAM)
        author = Author.objects.create(
            entry=entry,
            person=person,
            school=school,
            order=entry.authors.count(),
            joined_at=now,
        )
        purposes = [Consent.Purpose.CONTEST]
        purposes += [Consent.Purpose.PUBLISH_NAME] * publish_name
        for purpose in purposes:
            consents.give(
                person=person,
                purpose=purpose,
                about=rules.consent_about(entry.contest_id),
                text_version=consent_texts.stamp(BOXES[purpose]),
                method=Consent.Method.OWN_FORM,
                now=now,
            )
        invitation.author = author
        _answer(invitation, Answer.ACCEPTED, now)
        entry.version += 1
        touch(entry, now, "version")
        settle(entry, now=now)
        emails.answered(invitation, now=now)
    return author


def decline(*, token: str, now: dt.datetime) -> None:
    """Not taking part. Raises as `accept` does."""
    with _answering(token) as invitation:
        if invitation.answer == Answer.DECLINED:
            return
        refuse(why_not_answer(invitation, None, now=now))
        _answer(invitation, Answer.DECLINED, now)
        emails.answered(invitation, now=now)


def leave(*, token: str, now: dt.datetime) -> None:
    """Who joined leaves the team again, until the deadline; what they told us goes."""
    with _answering(token) as invitation:
        entry, author = invitation.entry, invitation.author
        if author is None:
            return
        refuse(rules.why_not_save(entry, now=now))
        person, invitation.answer = author.person, Answer.DECLINED
        emails.answered(invitation, now=now)
        author.delete()
        elsewhere = person.authorships.filter(entry__contest=entry.contest_id)
        if not elsewhere.exists():
            about = rules.consent_about(entry.contest_id)
            own = Consent.objects.filter(person=person, about=about, guardian=None)
            consents.withdraw_rows(own, now=now)
        entry.version += 1
        touch(entry, now, "version")
        settle(entry, now=now)


def forget_unanswered(*, now: dt.datetime) -> int:
    """Delete names and addresses of whoever did not join; the number deleted."""
    over = Invitation.objects.filter(
        author=None, entry__contest__closes_at__lte=now - KEPT
    )
    return over.delete()[0]


def _why_not_invite(
    entry: Entry, full_name: str, email: str, by: User, *, now: dt.datetime
) -> Refusal | None:
    # The name goes into a letter to a stranger: no web address may hide in it.
    letters = full_name.replace("'", "").replace("’", "").replace("-", "")
    if not full_name or not all(part.isalpha() for part in letters.split()):
        return Refusal.NAME
    if addresses.why_not(email.strip()):
        return Refusal.ADDRESS
    key = fold_address(email)
    if by.email and key == fold_address(by.email):
        return Refusal.OWN_ADDRESS
    live = entry.invitations.filter(answer__in=["", Answer.ACCEPTED])
    if live.filter(address_key=key).exists():
        return Refusal.ASKED
    today = Invitation.objects.filter(invited_at__gt=now - DAY)
    too_often = (
        entry.invitations.filter(answer="").count() >= MAX_OPEN
        or today.filter(address_key=key).count() >= MAX_LETTERS_AN_ADDRESS
        or today.filter(invited_by=by).count() >= MAX_LETTERS_AN_ACCOUNT
    )
    return Refusal.TOO_OFTEN if too_often else None


def _person(
    invitation: Invitation,
    user: User | None,
    full_name: str,
    birth_date: dt.date,
    *,
    now: dt.datetime,
) -> Person:
    """The account's own record, or a new one: nobody reaches the records of others."""
    if user is None:
        return Person.objects.create(
            full_name=full_name, birth_date=birth_date, email=invitation.email
        )
    if user.person and user.person.birth_date:
        return user.person
    known = user.person
    return save_profile(
        user=user,
        full_name=known.full_name if known else full_name,
        birth_date=birth_date,
        phone=known.phone if known else "",
        unit=known.unit if known else None,
        now=now,
    )


def _locked(entry_id: int) -> Entry:
    share_contest_of(entry_id)
    return lock_entry(entry_id)


@contextmanager
def _answering(token: str) -> Iterator[Invitation]:
    """The invitation as it stands once its entry is ours."""
    entry_id = find(token).entry_id
    with guarded():
        entry = _locked(entry_id)
        invitation = find(token)
        invitation.entry = entry
        yield invitation


def _answer(invitation: Invitation, answer: Answer, now: dt.datetime) -> None:
    invitation.answer, invitation.answered_at = answer, now
    invitation.save(update_fields=["answer", "answered_at", "author"])


def _digest(token: str) -> str:
    """What is stored of a token; 256 random bits need neither salt nor slowness."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
