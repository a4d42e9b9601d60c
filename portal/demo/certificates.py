"""Who signs, and the certificates of the session that is over.

Made by the same actions as on the pages; nobody is written to. One was corrected and
one revoked, so that the register shows both.
"""

from __future__ import annotations

import datetime as dt

from certificates import actions, batches
from certificates.facts import Entry, Facts
from certificates.models import Certificate, Issuer, Kind
from training.models import Registration, TrainingSession
from vietnam.dates import local_day

DAY = dt.timedelta(days=1)
SESSION = "stem-cho-tong-phu-trach-doi"
ISSUERS = [
    {
        "unit": "tinh-doan",
        "place": "Bắc Kạn",
        "signer_title": "TM. Ban Thường vụ\nPhó Bí thư",
        "signer_name": "Nông Thị Bích Đào",
        "suffix": "CN-TĐTN",
    },
    {
        "unit": "ba-be",
        "place": "Ba Bể",
        "signer_title": "TM. Ban Chấp hành\nBí thư",
        "signer_name": "Hoàng Văn Thiện",
        "suffix": "CN-ĐX",
    },
]
LECTURE = {
    "about": "demo.lecture:1",
    "kind": Kind.TAKING_PART,
    "course": "Hội thảo Chuyển đổi số trong sinh hoạt chi đoàn",
    "extent": "1 buổi (3 giờ)",
    "venue": "Hội trường Tỉnh đoàn",
}


def load(world) -> None:
    for row in ISSUERS:
        unit = world.units[row["unit"]]
        rest = {key: value for key, value in row.items() if key != "unit"}
        Issuer.objects.get_or_create(unit=unit, defaults={"name": unit.name} | rest)
    if Certificate.objects.exists():
        return
    _of_the_session(world)
    _of_the_member(world)


def _of_the_session(world) -> None:
    session = TrainingSession.objects.get(slug=SESSION)
    ended, now = local_day(session.ends_at), session.ends_at + DAY
    facts = Facts(
        about=f"training.session:{session.pk}",
        kind=Kind.TRAINING,
        unit=session.unit,
        course=session.title,
        starts_on=local_day(session.starts_at),
        ends_on=ended,
        dated=local_day(now),
        extent="2 buổi (7 giờ)",
        venue=session.venue,
    )
    came = Registration.objects.filter(session=session, state="confirmed")
    people = [one.person for one in came.select_related("person").order_by("id")]
    batch = batches.start(
        facts=facts,
        entries=[Entry(person=person) for person in people],
        by=world.users["training_organiser"],
        now=now,
        tell=False,
    )
    batches.work_on(batch_id=batch.pk, now=now)
    first, second = Certificate.objects.about(facts.about, facts.kind).reverse()[:2]
    common = {"by": world.users["training_organiser"], "now": now + DAY}
    actions.correct(
        certificate_id=first.pk, changes={"merit": "Giỏi"}, tell=False, **common
    )
    actions.revoke(certificate_id=second.pk, reason="Cấp nhầm người", **common)


def _of_the_member(world) -> None:
    """So that my page of the demo's member has one to download."""
    day = local_day(world.now) - 60 * DAY
    facts = Facts(
        unit=world.units["tinh-doan"],
        starts_on=day,
        ends_on=day,
        dated=day + DAY,
        **LECTURE,
    )
    actions.issue(
        person=world.users["member"].person,
        facts=facts,
        by=world.users["province_admin"],
        now=world.now - 59 * DAY,
        tell=False,
    )
