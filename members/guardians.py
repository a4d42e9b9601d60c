"""Asking a parent or guardian for consent by a letter, and taking the answer.

Law 91/2025/QH15 on personal data, article 24: the legal representative acts for a
child; to publish something about a child of seven or more, the child and the
representative both agree. How a feature uses it: `ask` from its form (catch
`Refused`), `latest` to show where things stand, `rules.why_not_take_part` as the gate.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.core import signing
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from mail import addresses
from mail.addresses import fold as fold_address
from mail.addresses import mailbox
from members import consent_texts, consents, guardian_letters, rules
from members.models import Consent, Guardian, GuardianRequest, Person, User
from members.querysets import ConsentQuerySet
from vietnam.fold import fold

LIFETIME = dt.timedelta(days=14)
DAY = dt.timedelta(days=1)
# While the first letter could still be answered.
MAX_LETTERS_A_MATTER = 3
# A day: a teacher enters a class; a mailbox is asked about a few children.
MAX_LETTERS_AN_ACCOUNT = 40
MAX_LETTERS_AN_ADDRESS = 10
# The boxes of the guardian's page, by what they publish.
TAKING_PART = "guardian.take_part"
PUBLISHING = {
    Consent.Purpose.PUBLISH_NAME: "guardian.name",
    Consent.Purpose.PUBLISH_PICTURE: "guardian.picture",
}
Answer = GuardianRequest.Answer
_REMINDER = "members.guardians.reminder"


class Refusal(TextChoices):
    """Why a guardian cannot be asked."""

    NAME = "name", _("Write the guardian's name in letters only.")
    CHILD_NAME = "child_name", _("Write the child's name in letters only.")
    ADDRESS = "address", _("Write the guardian's full email address.")
    OWN_ADDRESS = (
        "own_address",
        _("This is your own address. The letter must go to a parent or guardian."),
    )
    DECLINED = (
        "declined",
        _("The guardian said no today. Talk about it; you can ask again tomorrow."),
    )
    TOO_OFTEN = (
        "too_often",
        _("Enough letters have been sent. Please ask the guardian to look for them."),
    )


class Refused(Exception):
    """The guardian was not asked; `reason` is the Refusal."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


class Unusable(Exception):
    """The link was used or is too old; `request` is what it had asked."""

    def __init__(self, request: GuardianRequest) -> None:
        super().__init__("the link has been used or is too old")
        self.request = request


def why_not_ask(
    *, child: Person, guardian_name: str, email: str, asked_by: User | None = None
) -> Refusal | None:
    """Why nobody can be asked under that name and address, whatever the matter.

    A child never answers for itself: neither its own addresses nor those of the
    account that asks will do.
    """
    # Both names go into a letter to a stranger: no web address may hide in them.
    if not _is_name(guardian_name):
        return Refusal.NAME
    if not _is_name(child.full_name):
        return Refusal.CHILD_NAME
    if addresses.why_not(email):
        return Refusal.ADDRESS
    own = {mailbox(address) for address in _own_addresses(child, asked_by)}
    return Refusal.OWN_ADDRESS if mailbox(email) in own else None


def ask(
    *,
    child: Person,
    guardian_name: str,
    relation: str,
    email: str,
    purpose: Consent.Purpose,
    now: dt.datetime,
    about: str = "",
    matter: str = "",
    asked_by: User | None = None,
) -> Guardian:
    """Write to the guardian; the one who decides for the child on this matter.

    `about` is the key under which the consent is kept ("contests.contest:7"),
    `matter` says the same to people (the contest's title). Asking the same guardian
    again within a day sends nothing, nor does asking about what is agreed already.
    Asking another one closes the link of the first. Raises Refused.
    """
    matter = matter or str(Consent.Purpose(purpose).label)
    with transaction.atomic():
        child = lock_child(child.pk)
        if agreed := _agreed(child, purpose, about):
            return agreed
        refusal = why_not_ask(
            child=child, guardian_name=guardian_name, email=email, asked_by=asked_by
        )
        if refusal:
            raise Refused(refusal)
        guardian = _guardian(child, guardian_name, relation, email)
        if _asked_today(guardian, purpose, about, now):
            return guardian
        if _too_often(child, purpose, about, email, asked_by, now):
            raise Refused(Refusal.TOO_OFTEN)
        _close_open(child, purpose, about, now, but=guardian)
        token = _new_token()
        request = GuardianRequest.objects.create(
            child=child,
            guardian=guardian,
            address_key=fold_address(email),
            purpose=purpose,
            about=about,
            matter=matter,
            text_version=consent_texts.stamp(TAKING_PART),
            token_hash=_digest(token),
            asked_at=now,
            asked_by=asked_by,
            expires_at=now + LIFETIME,
        )
        guardian_letters.ask(request, token=token, now=now)
    return guardian


def latest(
    child: Person, purpose: Consent.Purpose, about: str = ""
) -> GuardianRequest | None:
    """The last question on the matter; a page tells from it where things stand."""
    requests = _on_matter(child, purpose, about).select_related("guardian")
    return requests.order_by("asked_at", "pk").last()


def find(token: str) -> GuardianRequest:
    """The question behind a link. Raises GuardianRequest.DoesNotExist."""
    requests = GuardianRequest.objects.select_related("child", "guardian")
    number, dot, _signature = token.partition(".")
    if dot and number.isascii() and number.isdecimal() and len(number) < 16:
        request = requests.get(pk=int(number))
        if secrets.compare_digest(reminder_token(request).encode(), token.encode()):
            return request
    return requests.get(token_hash=_digest(token))


def reminder_token(request: GuardianRequest) -> str:
    """The same question's link once more, for a letter that reminds of it.

    The first token is not stored, so this one is signed; it answers exactly what the
    first one does, and ends with it.
    """
    signer = signing.Signer(salt=f"{_REMINDER}:{request.token_hash}", sep=".")
    return signer.sign(str(request.pk))


def find_answered(token: str) -> GuardianRequest:
    """The question behind a link for withdrawing. Raises the same."""
    requests = GuardianRequest.objects.select_related("child", "guardian")
    return requests.get(withdraw_hash=_digest(token))


def give(
    *,
    token: str,
    full_name: str,
    relation: str,
    now: dt.datetime,
    publish: Iterable[Consent.Purpose] = (),
) -> GuardianRequest:
    """The guardian agrees to taking part, and to what of `publish` was ticked.

    Name and relation are kept as the guardian wrote them. Done twice is done once.
    Raises Unusable, and GuardianRequest.DoesNotExist for a link that never was.
    """
    publish = set(publish)
    if not publish <= PUBLISHING.keys():
        raise ValueError(f"not for publishing: {publish}")
    with transaction.atomic():
        request = _locked(token)
        if request.answer == Answer.GIVEN:
            return request
        if not request.is_open(now):
            raise Unusable(request)
        guardian = request.guardian
        guardian.full_name, guardian.relation = full_name, relation
        guardian.save(update_fields=["full_name", "relation"])
        for purpose in (request.purpose, *sorted(publish)):
            consents.give(
                person=request.child,
                guardian=guardian,
                purpose=Consent.Purpose(purpose),
                about=request.about,
                text_version=consent_texts.stamp(PUBLISHING.get(purpose, TAKING_PART)),
                method=Consent.Method.GUARDIAN_LINK,
                now=now,
            )
        withdraw_token = _new_token()
        request.withdraw_hash = _digest(withdraw_token)
        request.signed_name = full_name
        _settle(request, Answer.GIVEN, now)
        guardian_letters.thank(
            request, given=standing(request), token=withdraw_token, now=now
        )
    return request


def decline(*, token: str, now: dt.datetime) -> GuardianRequest:
    """The guardian does not agree. Done twice is done once; raises as `give` does."""
    with transaction.atomic():
        request = _locked(token)
        if request.answer == Answer.DECLINED:
            return request
        if not request.is_open(now):
            raise Unusable(request)
        _settle(request, Answer.DECLINED, now)
    return request


def standing(request: GuardianRequest) -> ConsentQuerySet:
    """The guardian's consents on the matter that still stand."""
    rows = Consent.objects.live().filter(
        person=request.child_id,
        guardian=request.guardian_id,
        about=request.about,
        purpose__in=[request.purpose, *PUBLISHING],
    )
    return rows.order_by("given_at", "pk")


def withdraw(
    *, token: str, purposes: Iterable[Consent.Purpose], now: dt.datetime
) -> int:
    """Withdraw what the guardian had agreed to; the number withdrawn.

    Without consent to taking part nothing is left to publish, so that goes with it.
    """
    purposes = set(purposes)
    with transaction.atomic():
        request = find_answered(token)
        lock_child(request.child_id)
        rows = standing(request)
        if request.purpose not in purposes:
            rows = rows.filter(purpose__in=purposes)
        return consents.withdraw_rows(rows, now=now)


def lock_child(pk: int) -> Person:
    """Everything about one child's guardians happens one after the other."""
    return Person.objects.select_for_update().get(pk=pk)


def _agreed(child: Person, purpose: Consent.Purpose, about: str) -> Guardian | None:
    rows = rules.covering(rules.live_consents(child, purpose, about=about), purpose)
    consent = rows.filter(guardian__isnull=False).select_related("guardian").first()
    return consent and consent.guardian


def _own_addresses(child: Person, asked_by: User | None) -> set[str]:
    """Every address under which the child, or who asks, signs in or gets letters."""
    users = list(User.objects.filter(person=child)) + ([asked_by] if asked_by else [])
    own = {child.email, *(user.email for user in users)}
    for user in users:
        own.update(user.emailaddress_set.values_list("email", flat=True))
        own.add(user.person.email if user.person else "")
    return own - {""}


def _is_name(text: str) -> bool:
    words = text.split()
    letters = text.replace("'", "").replace("’", "").replace("-", "")
    return bool(words) and all(part.isalpha() for part in letters.split())


def _guardian(child: Person, full_name: str, relation: str, email: str) -> Guardian:
    """The same name at the same address is the same guardian."""
    for guardian in child.guardians.all():
        same_name = fold(guardian.full_name) == fold(full_name)
        if same_name and fold_address(guardian.email) == fold_address(email):
            return guardian
    return Guardian.objects.create(
        child=child, full_name=full_name.strip(), relation=relation, email=email.strip()
    )


def _on_matter(child: Person, purpose: Consent.Purpose, about: str):
    return child.guardian_requests.filter(purpose=purpose, about=about)


def _asked_today(
    guardian: Guardian, purpose: Consent.Purpose, about: str, now: dt.datetime
) -> bool:
    """Whether a letter of today still waits for the guardian's answer.

    Raises Refused when the answer of today was no.
    """
    today = guardian.requests.filter(
        purpose=purpose, about=about, asked_at__gt=now - DAY
    )
    last = today.order_by("asked_at", "pk").last()
    if last and last.answer == Answer.DECLINED:
        raise Refused(Refusal.DECLINED)
    return bool(last) and last.is_open(now)


def _too_often(
    child: Person,
    purpose: Consent.Purpose,
    about: str,
    email: str,
    asked_by: User | None,
    now: dt.datetime,
) -> bool:
    """Whether one letter more would be a nuisance, or serve somebody's spam."""
    matter = _on_matter(child, purpose, about).filter(asked_at__gt=now - LIFETIME)
    today = GuardianRequest.objects.filter(asked_at__gt=now - DAY)
    address = today.filter(address_key=fold_address(email))
    if matter.count() >= MAX_LETTERS_A_MATTER:
        return True
    if address.count() >= MAX_LETTERS_AN_ADDRESS:
        return True
    asked = today.filter(asked_by=asked_by).count() if asked_by else 0
    return asked >= MAX_LETTERS_AN_ACCOUNT


def _close_open(
    child: Person,
    purpose: Consent.Purpose,
    about: str,
    now: dt.datetime,
    *,
    but: Guardian | None = None,
) -> None:
    """Let the links of the matter end; a letter to a mistyped address is worth none."""
    pending = _on_matter(child, purpose, about).filter(answer="", expires_at__gt=now)
    if but:
        pending = pending.exclude(guardian=but)
    pending.update(expires_at=now)


def _locked(token: str) -> GuardianRequest:
    """The question as it is now, with the child locked: `ask` locks in this order."""
    lock_child(find(token).child_id)
    return find(token)


def _settle(request: GuardianRequest, answer: Answer, now: dt.datetime) -> None:
    request.answer, request.answered_at = answer, now
    request.save()
    purpose = Consent.Purpose(request.purpose)
    _close_open(request.child, purpose, request.about, now)
    guardian_letters.tell(request, now=now)


def _new_token() -> str:
    return secrets.token_urlsafe(32)


def _digest(token: str) -> str:
    """What is stored of a token; 256 random bits need neither salt nor slowness."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
