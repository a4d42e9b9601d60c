"""After a merger every list of before says what it said, and what goes on goes over."""

import datetime as dt

import pytest
import time_machine

from certificates.models import Certificate
from members.models import UnitSuccession
from members.units import actions
from members.units.actions import Draft, Part
from tests.factories.certificates import issued
from tests.factories.contests import ContestFactory
from tests.factories.members import PersonFactory, SuperuserFactory, UnitFactory
from tests.factories.news import ArticleFactory
from tests.factories.training import QuotaFactory, RegistrationFactory, SessionFactory
from training import exports

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


def merge(old, now):
    draft = Draft(
        kind=UnitSuccession.Kind.MERGE,
        olds=[old],
        date=now.date(),
        decision_number="12-QĐ/TĐTN",
        decided_on=now.date(),
        parts=[Part(unit=UnitFactory(parent=old.parent, name="Đoàn xã Mới"))],
    )
    by = SuperuserFactory()
    told = actions.preview(draft=draft, by=by, now=now)
    actions.plan(draft=draft, by=by, now=now)
    return draft.parts[0].unit, {str(line.label): line.count for line in told}


def test_what_is_over_keeps_the_old_name_and_the_rest_goes_over(now):
    old = UnitFactory(parent=UnitFactory(name="Tỉnh đoàn"), name="Đoàn xã Cũ")
    person = PersonFactory(unit=old)
    past = {
        "opens_at": now - 3 * WEEK,
        "closes_at": now - 2 * WEEK,
        "starts_at": now - 2 * WEEK,
        "ends_at": now - WEEK,
    }
    over = SessionFactory(unit=old, **past)
    ahead = SessionFactory(unit=old, capacity=20)
    QuotaFactory(session=ahead, unit=old, seats=5)
    for session in (over, ahead):
        RegistrationFactory(
            session=session, person=person, unit=old, unit_name=old.name
        )
    decided = ContestFactory(
        unit=old,
        opens_at=now - 3 * WEEK,
        closes_at=now - 2 * WEEK,
        results_at=now - WEEK,
    )
    running = ContestFactory(unit=old)
    article = ArticleFactory(unit=old)
    paper = issued(person, unit=old)
    new, told = merge(old, now)
    for row in (over, ahead, decided, running, article, person):
        row.refresh_from_db()
    assert (over.unit, ahead.unit) == (old, new)
    assert (decided.unit, running.unit) == (old, new)
    assert (article.unit, person.unit) == (new, new)
    assert ahead.quotas.get().unit == new
    # The list of the session that is over, and the certificate, print the old name.
    rows = over.registrations.order_by("pk")
    assert "Đoàn xã Cũ" in str(exports.table(over, rows))
    assert "Đoàn xã Mới" not in str(exports.table(over, rows))
    assert Certificate.objects.get(pk=paper.pk).of_unit == "Đoàn xã Cũ"
    # The preview had counted exactly these.
    assert told == {
        "Người của đơn vị": 1,
        "Bài viết (tên ghi dưới bài giữ nguyên)": 1,
        "Lớp tập huấn sắp tới": 1,
        "Chỉ tiêu phân bổ": 1,
        "Đăng ký lớp sắp tới": 1,
        "Cuộc thi chưa công bố kết quả": 1,
    }
