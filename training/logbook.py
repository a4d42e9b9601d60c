"""Who decided about sign-ups: one line for each in its own history, and one for all in
that of the session.

Sign-ups have no history of events, because signing up is the hot path; what staff do to
them goes into the admin's log. Without names: the rows know whose they are.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import translation
from django.utils.translation import gettext

from members.models import User
from training.models import Registration, TrainingSession


def decided(by: User, verb: str, sign_ups: Iterable[Registration]) -> None:
    """Write down what was done to them; `verb` is the name of the button, untranslated.

    In the language of the house: whoever reads it may read another one.
    """
    by_session: dict[int, list[int]] = {}
    for one in sign_ups:
        by_session.setdefault(one.session_id, []).append(one.pk)
    titles = TrainingSession.objects.in_bulk(by_session)
    about_one = ContentType.objects.get_for_model(Registration)
    about_all = ContentType.objects.get_for_model(TrainingSession)
    lines = []
    with translation.override(settings.LANGUAGE_CODE):
        said, counted = gettext(verb), gettext("%(verb)s: %(number)d")
    for session_id, keys in by_session.items():
        title = titles[session_id].title
        lines += [_line(by, about_one, key, title, said) for key in keys]
        number = counted % {"verb": said, "number": len(keys)}
        lines.append(_line(by, about_all, session_id, title, number))
    LogEntry.objects.bulk_create(lines)


def _line(by: User, about: ContentType, key: int, title: str, message: str) -> LogEntry:
    return LogEntry(
        user=by,
        content_type=about,
        object_id=str(key),
        object_repr=title[:200],
        action_flag=CHANGE,
        change_message=message,
    )
