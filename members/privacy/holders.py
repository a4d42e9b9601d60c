"""How the rows of this floor and of the mail below are handed out and erased."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import ProtectedError, Q

from mail.addresses import fold
from mail.models import Letter, Preference, Suppression
from members import devices, history
from members.models import (
    Consent,
    Guardian,
    GuardianRequest,
    Person,
    RoleInvitation,
    SignInCard,
    User,
)


def _iso(moment: dt.date | None) -> str | None:
    return moment.isoformat() if moment else None


class AccountHolder:
    """The account and the addresses that sign into it."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                "email": user.email,
                "addresses": sorted(
                    user.emailaddress_set.values_list("email", flat=True)
                ),
                "date_joined": _iso(user.date_joined),
                "last_login": _iso(user.last_login),
                "roles": [str(role) for role in user.assignments.all()],
                "factors": [str(factor) for factor in user.authenticator_set.all()],
                "elsewhere": [
                    {"provider": one.provider, "id": one.uid, **one.extra_data}
                    for one in user.socialaccount_set.all()
                ],
                "signed_in": [
                    {"since": _iso(one.created_at), "device": one.user_agent}
                    for one in user.usersession_set.order_by("created_at")
                ],
            }
            for user in User.objects.filter(person=person)
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        users = User.objects.filter(person=person)
        proved = EmailAddress.objects.filter(user__in=users)
        addresses = {*users.values_list("email", flat=True)}
        addresses |= {*proved.values_list("email", flat=True)}
        for user in users:
            # What staff changed is remembered under their account's number.
            if LogEntry.objects.filter(user=user).exists():
                self._make_nameless(user)
                continue
            try:
                with transaction.atomic():
                    user.delete()
            except ProtectedError:
                self._make_nameless(user)
        forget_addresses(person, addresses)

    @staticmethod
    def _make_nameless(user: User) -> None:
        """A judge's scores stay; nobody signs in with the account any more."""
        user.emailaddress_set.all().delete()
        user.authenticator_set.all().delete()
        user.socialaccount_set.all().delete()
        devices.end_all(user)
        user.assignments.all().delete()
        user.email = f"erased-{user.pk}@example.invalid"
        user.person = None
        user.is_active = user.is_staff = user.is_superuser = False
        user.set_unusable_password()
        user.save()


class SignInCardHolder:
    """The cards a secretary gave the person to sign in with."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                "issued_at": _iso(card.issued_at),
                "issued_by": str(card.issued_by) if card.issued_by else None,
                "expires_at": _iso(card.expires_at),
                "used_at": _iso(card.used_at),
                "ended_at": _iso(card.ended_at),
            }
            for card in person.cards.select_related("issued_by__person")
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        SignInCard.objects.filter(person=person).delete()


class GuardianHolder:
    """The guardians somebody named for the person."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        fields = "full_name", "relation", "phone", "email"
        return list(Guardian.objects.filter(child=person).values(*fields))

    def erase(self, person: Person, now: dt.datetime) -> None:
        Consent.objects.filter(person=person).update(guardian=None)
        mine = Guardian.objects.filter(child=person)
        addresses = list(mine.values_list("email", flat=True))
        mine.delete()
        forget_addresses(person, addresses)


class GuardianRequestHolder:
    """What guardians were asked about the person, and what they said."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                "guardian": str(request.guardian),
                "matter": request.matter,
                "purpose": request.get_purpose_display(),
                "text_version": request.text_version,
                "asked_at": _iso(request.asked_at),
                "answered_at": _iso(request.answered_at),
                "answer": request.get_answer_display(),
                "signed_name": request.signed_name,
            }
            for request in person.guardian_requests.select_related("guardian")
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        GuardianRequest.objects.filter(child=person).delete()


class RoleInvitationHolder:
    """Which roles the person was invited into; before the account, which tells whose.

    Who invited others is no secret of theirs and stays.
    """

    @staticmethod
    def _rows(person: Person):
        users = User.objects.filter(person=person)
        addresses = {person.email.lower()}
        for user in users:
            addresses.add((user.email or "").lower())
            addresses |= {
                one.email.lower() for one in user.emailaddress_set.filter(verified=True)
            }
        return RoleInvitation.objects.filter(
            Q(accepted_by__in=users) | Q(email__in=addresses - {""})
        )

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                "email": row.email,
                "role": row.get_role_display(),
                "unit": str(row.unit),
                "invited_at": _iso(row.invited_at),
                "accepted_at": _iso(row.accepted_at),
                "revoked_at": _iso(row.revoked_at),
            }
            for row in self._rows(person).select_related("unit")
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        self._rows(person).delete()


class ConsentHolder:
    """What the person or a guardian agreed to."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                "purpose": consent.get_purpose_display(),
                "about": consent.about,
                "text_version": consent.text_version,
                "method": consent.get_method_display(),
                "guardian": str(consent.guardian) if consent.guardian else None,
                "given_at": _iso(consent.given_at),
                "withdrawn_at": _iso(consent.withdrawn_at),
            }
            for consent in person.consents.select_related("guardian")
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        Consent.objects.filter(person=person).delete()


class LetterHolder:
    """Letters to the person; mail lives one floor down and knows no people."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        letters = Letter.objects.filter(recipient=person.pk).order_by("created_at")
        return [
            {
                "kind": letter.kind,
                "address": letter.address,
                "subject": "" if letter.secret else letter.subject,
                "text": "" if letter.secret else letter.text,
                "created_at": _iso(letter.created_at),
                "sent_at": _iso(letter.sent_at),
            }
            for letter in letters
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        Letter.objects.filter(recipient=person.pk).delete()
        forget_addresses(person, [person.email])


def forget_addresses(person: Person, addresses: Iterable[str | None]) -> None:
    """Letters without a recipient, wishes, bounces and the log go by the address.

    An address that somebody else has too, such as a school's, stays theirs.
    """
    for address in {each for each in addresses if each}:
        history.forget_in_log([address])
        if _is_shared(person, address):
            continue
        RoleInvitation.objects.filter(email__iexact=address).delete()
        key = fold(address)
        Letter.objects.filter(address_key=key, recipient=None).delete()
        Preference.objects.filter(address_key=key).delete()
        Suppression.objects.filter(address_key=key).delete()


def _is_shared(person: Person, address: str) -> bool:
    others = (
        Person.objects.exclude(pk=person.pk).filter(email__iexact=address),
        Guardian.objects.exclude(child=person).filter(email__iexact=address),
        EmailAddress.objects.exclude(user__person=person).filter(email__iexact=address),
    )
    return any(rows.exists() for rows in others)
