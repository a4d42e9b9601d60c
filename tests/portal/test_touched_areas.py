"""Which pages hear of which change: every verb that changes something public."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
import time_machine
from django.db import connection

from content import identity
from content.pagecache import versions
from contests import decisions
from members import actions as members
from members import consents, merge, privacy
from members.models import Consent, UnitSuccession
from news import actions as news
from news.models import Article, FrontPageSlot, Tag
from teams import actions as teams
from teams.models import Report
from teams.reports import actions as reports
from teams.roster.planning import make_plan
from teams.roster.sheet import read
from teams.roster.writing import carry_out
from tests.factories.contests import (
    AuthorFactory,
    AwardFactory,
    ContestFactory,
    EntryFactory,
)
from tests.factories.members import (
    ConsentFactory,
    PersonFactory,
    SuperuserFactory,
    UnitFactory,
)
from tests.factories.news import ArticleFactory, PublishedFactory
from tests.factories.teams import (
    MemberFactory,
    TeamFactory,
    indicator,
    line,
    recognition,
    sheet_file,
)
from tests.factories.training import RegistrationFactory, SessionFactory
from training import actions as training

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def touched():
    """`touched(act)`: the areas that the act would renew once it commits."""

    def ask(act, *args, **kwargs) -> set[str]:
        connection.run_on_commit = []
        act(*args, **kwargs)
        return {
            area
            for _ids, call, _robust in connection.run_on_commit
            if isinstance(call, partial) and call.func is versions.announce
            for area in call.args
        }

    return ask


@pytest.fixture
def staff():
    return SuperuserFactory()


class TestNews:
    def test_out_into_the_open_and_back(self, touched, staff, now):
        article = ArticleFactory(state="approved")
        what = {"article": article, "by": staff, "now": now}
        assert touched(news.publish, **what) == {"news"}
        assert touched(news.archive, **what) == {"news"}

    def test_its_order_tags_and_place_in_front(self, touched, now):
        article = PublishedFactory()
        tag = Tag.objects.create(name="VNeID")
        assert touched(article.tags.add, tag) == {"news"}
        assert touched(article.tags.clear) == {"news"}
        slot = FrontPageSlot(article=article, until=now + DAY)
        assert touched(slot.save) == {"news"}
        assert touched(article.section.save) == {"news"}
        assert touched(Article.objects.all().delete) == {"news"}


class TestTraining:
    @pytest.fixture
    def session(self, now):
        return SessionFactory(capacity=5)

    def test_publishing_moving_and_calling_off(self, touched, session, now):
        draft = SessionFactory(state="draft")
        what = {"by": None, "now": now}
        assert touched(training.publish_session, session_id=draft.pk, **what) == {
            "training"
        }
        later = {"starts_at": session.starts_at + DAY, "ends_at": session.ends_at + DAY}
        what["session_id"] = session.pk
        assert touched(training.reschedule, **later, **what) == {"training"}
        assert touched(training.change_capacity, capacity=9, **what) == {"training"}
        assert touched(training.cancel_session, **what) == {"training"}

    def test_signing_people_up_touches_nothing(self, touched, session, now):
        person = PersonFactory(birth_date=dt.date(2000, 1, 1))
        sign_up = []

        def register():
            sign_up.append(
                training.register(
                    session_id=session.pk, person=person, by=None, now=now
                )
            )

        assert touched(register) == set()
        cancel = {"registration_id": sign_up[0].pk, "by": None, "now": now}
        assert touched(training.cancel, **cancel) == set()

    def test_nor_does_giving_a_place_to_whoever_waits(self, touched, now):
        session = SessionFactory(capacity=1)
        confirmed = RegistrationFactory(session=session)
        RegistrationFactory(session=session, state="waiting")
        cancel = {"registration_id": confirmed.pk, "by": None, "now": now}
        assert touched(training.cancel, **cancel) == set()


class TestTeams:
    @pytest.fixture
    def member(self):
        return MemberFactory(name_is_public=True)

    def test_a_list_brought_in(self, touched, staff, now):
        UnitFactory(name="xã Cẩm Giàng", slug="cam-giang")
        sheet = read(
            sheet_file(
                line(
                    team="Tổ thôn Nà Tu",
                    level="thôn",
                    unit="xã Cẩm Giàng",
                    name="Bàn Văn Bình",
                )
            )
        )
        plan = make_plan(sheet, user=staff, now=now)
        assert plan.is_ready, plan.errors
        what = {"sheet": sheet, "by": staff, "fingerprint": plan.fingerprint()}
        assert "teams" in touched(carry_out, now=now, **what)

    def test_each_verb(self, touched, member, now):
        today = dt.date(2026, 11, 23)
        team = member.team
        person = PersonFactory()
        assert touched(teams.rename_team, team=team, name="Tổ mới") == {"teams"}
        assert touched(teams.add_member, team=team, person=person, now=now) == {"teams"}
        hide = {"is_union_member": True, "name_is_public": False}
        assert touched(teams.correct_member, membership=member, **hide) == {"teams"}
        ending = {"team": team, "last_day": today, "now": now}
        assert touched(teams.end_team, **ending) == {"teams"}

    def test_reports_once_they_count_and_when_they_no_longer_do(self, touched, now):
        values = {indicator().pk: 3}
        written = {"team": TeamFactory(), "values": values, "version": 0, "now": now}
        sending = written | {"month": dt.date(2026, 10, 1), "sent_by": "link"}
        assert touched(reports.send, **sending) == set()
        report = Report.objects.get()
        about = {"report": report, "now": now}
        assert touched(reports.return_, remark="Xem lại", **about) == set()
        assert touched(reports.send, **sending) == set()
        assert touched(reports.accept, **about) == {"teams"}
        assert touched(reports.reopen, remark="Xem lại", **about) == {"teams"}
        assert touched(recognition, team=report.team) == {"teams"}

    def test_a_name_that_stands_there_and_one_that_does_not(self, touched, member):
        person = member.person
        person.full_name = "Tên khác"
        assert touched(person.save) == {"teams"}
        assert touched(PersonFactory().save) == set()

    def test_erasing_and_merging_people(self, touched, member, now):
        keep = PersonFactory(birth_date=None, birth_year=None)
        both = {"keep": keep, "drop": member.person, "now": now}
        assert "teams" in touched(merge.merge_people, **both)
        assert "teams" in touched(privacy.erase_person, person=keep, now=now)


class TestContests:
    @pytest.fixture
    def decided(self, now):
        """A contest whose results are out."""
        return ContestFactory(
            opens_at=now - 9 * DAY, closes_at=now - 2 * DAY, results_at=now - DAY
        )

    @pytest.fixture(autouse=True)
    def _clock(self, now):
        with time_machine.travel(now, tick=False):
            yield

    def test_the_moment_of_the_results(self, touched, now):
        contest = ContestFactory(opens_at=now - 9 * DAY, closes_at=now - DAY)
        what = {"contest_id": contest.pk, "by": None, "now": now}
        moment = now + dt.timedelta(minutes=5)
        assert touched(decisions.set_results_time, moment=moment, **what) == {
            "contests"
        }

    def test_prizes_show_once_results_are_out(self, touched, decided, now):
        entry = EntryFactory(
            contest=decided, state="awarded", submitted_at=now - 3 * DAY
        )
        award = AwardFactory(entry=entry)
        assert touched(award.save) == {"contests"}
        assert touched(entry.save) == {"contests"}
        assert touched(AuthorFactory(entry=entry).save) == {"contests"}

    def test_entries_being_written_touch_nothing(self, touched, now):
        entry = EntryFactory(contest=ContestFactory())
        author = AuthorFactory(entry=entry)
        assert touched(entry.save) == set()
        assert touched(author.save) == set()
        assert touched(author.delete) == set()

    def test_a_winner_erased_or_merged(self, touched, decided, now):
        author = AuthorFactory(
            entry=EntryFactory(
                contest=decided, state="awarded", submitted_at=now - 3 * DAY
            ),
            person__birth_date=None,
            person__birth_year=None,
        )
        keep = PersonFactory(birth_date=None, birth_year=None)
        both = {"keep": keep, "drop": author.person, "now": now}
        assert "contests" in touched(merge.merge_people, **both)
        assert "contests" in touched(privacy.erase_person, person=keep, now=now)


class TestConsent:
    NAMES = {"teams", "contests"}

    @pytest.mark.parametrize(
        ("purpose", "areas"),
        [("publish_name", NAMES), ("training", set()), ("contest", set())],
    )
    def test_only_one_about_names_touches(self, touched, now, purpose, areas):
        what = {"person": PersonFactory(), "purpose": Consent.Purpose(purpose)}
        how = {"method": Consent.Method.OWN_FORM, "text_version": "1", "now": now}
        assert touched(consents.give, **what, **how) == areas
        assert touched(consents.withdraw, **what, now=now) == areas

    def test_erasing_takes_them_along(self, touched, now):
        consent = ConsentFactory(purpose=Consent.Purpose.PUBLISH_NAME)
        what = {"person": consent.person, "now": now}
        assert touched(privacy.erase_person, **what) >= self.NAMES


def test_a_unit_that_passes_everything_on(touched, now):
    old, new = UnitFactory(), UnitFactory()
    SessionFactory(unit=old)
    TeamFactory(unit=old)
    ContestFactory(unit=old)
    PublishedFactory(unit=old)
    what = {"old": old, "heirs": [new], "date": dt.date(2026, 11, 23), "now": now}
    kind = UnitSuccession.Kind.MERGE
    areas = touched(members.succeed_unit, kind=kind, **what)
    assert areas == {"news", "training", "teams", "contests"}


def test_who_runs_the_site_is_on_every_page(touched):
    assert touched(identity.at_first().save) == {"site"}
