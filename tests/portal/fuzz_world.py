"""A row of most kinds, so that addresses find something."""

import datetime as dt

from django.apps import apps

from tests.factories.contests import AuthorFactory, EntryFileFactory, RoundFactory
from tests.factories.mail import LetterFactory
from tests.factories.members import AssignmentFactory, ConsentFactory
from tests.factories.news import PublishedFactory
from tests.factories.teams import MemberFactory
from tests.factories.training import RegistrationFactory

NAMED = ("slug", "code", "token", "key")
OURS = ("news", "training", "teams", "contests", "certificates", "members", "mail")


def build() -> list[str]:
    """Makes the rows; gives what may stand for one in an address."""
    now = dt.datetime.now(dt.UTC)
    article = PublishedFactory(publish_at=now - dt.timedelta(days=1))
    registration = RegistrationFactory()
    member = MemberFactory()
    author = AuthorFactory()
    file = EntryFileFactory(entry=author.entry)
    round_ = RoundFactory(contest=author.entry.contest)
    letter = LetterFactory(not_before=now, created_at=now)
    rows = [
        *(article, article.section, registration, registration.session, member),
        *(member.team, author, author.entry, author.entry.contest, file, round_),
        *(letter, AssignmentFactory(), ConsentFactory(), registration.person),
    ]
    found = {str(row.pk) for row in rows}
    for row in rows:
        for name in NAMED:
            if value := getattr(row, name, None):
                found.add(str(value))
    found |= {f"{article.slug}-{article.pk}", article._meta.label_lower}
    found |= {apps.get_app_config(name).label for name in OURS}
    return sorted(found)
