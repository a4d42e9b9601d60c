"""Who a session belongs to that was begun with a card."""

from django.contrib.auth.backends import BaseBackend

from members.models import SignInCard, User

PATH = "members.card_backend.CardBackend"


class CardBackend(BaseBackend):
    """Knows the account only while its card lives; gives no permission of its own."""

    def get_user(self, user_id: int) -> User | None:
        people = SignInCard.objects.live().used().values("person")
        rows = User.objects.filter(pk=user_id, is_active=True, person__in=people)
        return rows.first()
