"""Making accounts: the e-mail address is the name, in lower case.

An account that a secretary's card opened may have no address at all.
"""

import datetime as dt

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import BaseUserManager
from django.db.models import Exists, OuterRef, QuerySet


class UserManager(BaseUserManager):
    use_in_migrations = True

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return (email or "").strip().lower()

    def get_by_natural_key(self, email: str):
        return self.get(email__iexact=email.strip())

    def create_user(self, email: str, password: str | None = None, **fields):
        if not email:
            raise ValueError("an account needs an e-mail address")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_without_email(self, **fields):
        """An account for somebody who enters by a card from the secretary."""
        user = self.model(email=None, **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **fields
        )

    def abandoned(self, joined_until: dt.datetime) -> QuerySet:
        """Accounts that signed up until then and of which nothing else is known.

        Nobody proved the address or came in; there is no password, no person, and no
        other row (a role, an entry, a passkey) that points here. Signing up leaves
        just that: the account and its address. The person comes with the profile.
        """
        rows = self.filter(
            date_joined__lte=joined_until,
            last_login=None,
            person=None,
            is_superuser=False,
            password__startswith=UNUSABLE_PASSWORD_PREFIX,
            emailaddress__isnull=False,
        ).exclude(emailaddress__verified=True)
        for relation in self.model._meta.related_objects:
            if relation.name != "emailaddress":
                others = relation.related_model._default_manager.filter(
                    **{relation.field.name: OuterRef("pk")}
                )
                rows = rows.exclude(Exists(others))
        return rows
