"""Certificates, who signs them, and batches, made by the actions that make them."""

import datetime as dt

from certificates import actions, batches
from certificates.facts import Entry, Facts
from certificates.models import Certificate, CertificateBatch, Issuer, Kind
from tests.factories.members import PersonFactory, UnitFactory

NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
COURSE = "An toàn số và bảo vệ dữ liệu cá nhân"


def facts_for(unit=None, **changes) -> Facts:
    facts = {
        "about": "training.session:12",
        "kind": Kind.TRAINING,
        "unit": unit or UnitFactory(),
        "course": COURSE,
        "starts_on": dt.date(2026, 11, 20),
        "ends_on": dt.date(2026, 11, 21),
        "dated": dt.date(2026, 11, 23),
        "extent": "4 buổi (16 giờ)",
        "venue": "Nhà văn hóa phường Bắc Kạn",
    }
    return Facts(**(facts | changes))


def issued(person=None, *, unit=None, now=NOW, by=None, **changes) -> Certificate:
    """A certificate of its own occasion, unless `about` says which."""
    person = person or PersonFactory()
    own = {name: changes.pop(name) for name in ("name", "merit") if name in changes}
    changes.setdefault("about", f"training.session:{1000 + person.pk}")
    facts = facts_for(unit, **changes)
    return actions.issue(person=person, facts=facts, by=by, now=now, tell=False, **own)


def asked(people, *, unit=None, now=NOW, by=None, tell=False, **changes):
    """A batch that no worker has touched yet."""
    return batches.start(
        facts=facts_for(unit, **changes),
        entries=[Entry(person=person) for person in people],
        by=by,
        now=now,
        tell=tell,
    )


def finished(people, **changes) -> CertificateBatch:
    batch = asked(people, **changes)
    batches.work_on(batch_id=batch.pk, now=changes.get("now", NOW))
    batch.refresh_from_db()
    return batch


def signing(unit, **changes) -> Issuer:
    row = {
        "name": "Ban Chấp hành Tỉnh đoàn Thái Nguyên",
        "place": "Thái Nguyên",
        "signer_title": "TM. Ban Thường vụ\nPhó Bí thư",
        "signer_name": "Nông Thị Bích Đào",
        "suffix": "CN-TĐTN",
    }
    return Issuer.objects.create(unit=unit, **(row | changes))
