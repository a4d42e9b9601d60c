"""Who signs in by code, password or passkey, and whose session it is afterwards."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from content.prepared import prepared
from members.models import User


@prepared
def _with_person(pk: int) -> QuerySet:
    return User.objects.filter(pk=pk).select_related("person")


class SignInBackend(AuthenticationBackend):
    """allauth's; finds the account of a session together with its person.

    Every page for somebody signed in asks for both.
    """

    def get_user(self, user_id: int) -> User | None:
        user = _with_person(user_id).first()
        return user if user and self.user_can_authenticate(user) else None
