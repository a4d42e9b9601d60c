"""Everything that changes requests about data; pages, desk and worker call these.

Locks: the request's person first, then the request. `erase` locks as `members.privacy`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging

from django.conf import settings
from django.core.files import File
from django.db import connection, transaction

from content.files import private_storage
from members.models import DataRequest, Erasure, Person, User
from members.mydata import clocks, copies, letters, rules
from members.mydata.rules import Refused
from members.privacy import NAMELESS, erase_person
from vietnam.dates import local_day

logger = logging.getLogger(__name__)

Kind, State, Way = DataRequest.Kind, DataRequest.State, DataRequest.Way
ONCE = {Kind.COPY, Kind.DELETE}
"""Of these one open request is enough; a second click gives the first one back."""
ADMINS_LOCK = 0x0755_4144_4D  # any number that nothing else locks


def ask(
    *,
    person: Person,
    kind: Kind,
    way: Way,
    now: dt.datetime,
    text: str = "",
    by: User | None = None,
    received_at: dt.datetime | None = None,
) -> DataRequest:
    """Take a request in and start its clock.

    From the page it is confirmed at once, with a letter where there is an address.
    Staff type in what came otherwise, with the day on which it came. Raises Refused.
    """
    received = received_at or now
    own = way == Way.PAGE
    with transaction.atomic():
        person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if kind in ONCE:
            there = person.data_requests.open().filter(kind=kind).first()
            if there:
                return there
        if kind == Kind.DELETE and own:
            _refuse(rules.why_not_delete(getattr(person, "user", None), now=now))
        request = DataRequest(
            person=person,
            unit=person.unit,
            kind=kind,
            way=way,
            text=text,
            received_at=received,
            confirm_by=clocks.confirm_by(received),
            due_on=clocks.due_on(kind, received),
            entered_by=by,
        )
        if kind == Kind.DELETE and own and not person.is_child(local_day(now)):
            days = settings.DATA_DELETE_THINK_DAYS
            request.not_before = now + dt.timedelta(days=days)
        request.save()
        if letters.received(request, now=now) or own:
            request.acknowledged_at = now
            request.save(update_fields=["acknowledged_at"])
        if kind == Kind.COPY and own:
            transaction.on_commit(lambda: _wake(request.pk), robust=True)
    return request


def account_person(user: User) -> Person:
    """The record behind an account; a nameless one where nobody filled in a profile."""
    if user.person is None:
        with transaction.atomic():
            locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
            if locked.person is None:
                made = Person.objects.create(full_name=NAMELESS, email=user.email or "")
                locked.person = made
                locked.save(update_fields=["person"])
            user.person = locked.person
    return user.person


def confirm(*, request_id: int, now: dt.datetime) -> DataRequest:
    """Staff told the person that the request is here. Twice is once."""
    with _locked(request_id) as request:
        _refuse(rules.why_not_answer(request))
        if request.acknowledged_at is None:
            request.acknowledged_at = now
            request.save(update_fields=["acknowledged_at"])
    return request


def extend(*, request_id: int, reason: str, now: dt.datetime) -> DataRequest:
    """Give the request as many days again, once, and tell why. Raises Refused."""
    with _locked(request_id) as request:
        _refuse(rules.why_not_extend(request))
        request.reason_to_extend = reason
        request.due_on = clocks.extended(request.kind, request.due_on)
        request.save(update_fields=["reason_to_extend", "due_on"])
        letters.extended(request, now=now)
    return request


def answer(
    *, request_id: int, done: bool, text: str, by: User | None, now: dt.datetime
) -> DataRequest:
    """Close the request with what was done or why not, and tell the person.

    Raises Refused.
    """
    with _locked(request_id) as request:
        _refuse(rules.why_not_answer(request))
        request.state = State.DONE if done else State.REFUSED
        request.answer, request.decided_at, request.decided_by = text, now, by
        request.acknowledged_at = request.acknowledged_at or now
        request.save()
        letters.answered(request, now=now)
    return request


def take_back(*, request_id: int, now: dt.datetime) -> DataRequest:
    """The person does not want it any more. Twice is once."""
    with _locked(request_id) as request:
        if request.is_open:
            request.state, request.decided_at = State.TAKEN_BACK, now
            request.not_before = None
            request.save()
    return request


def erase(*, request_id: int, by: User | None, now: dt.datetime) -> DataRequest:
    """Carry a deletion out: the person is gone, the request tells that it was done.

    Raises Refused, for the last province admin above all.
    """
    with transaction.atomic():
        # Two admins who leave at once would each find the other still there.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADMINS_LOCK])
        with _locked(request_id) as request:
            _refuse(rules.why_not_erase(request, now=now))
            person = request.person
            request.state, request.decided_at, request.decided_by = State.DONE, now, by
            request.acknowledged_at = request.acknowledged_at or now
            request.save()
            kind = Erasure.Kind.STAFF if by else Erasure.Kind.ASKED
            erase_person(person=person, now=now, kind=kind)
    request.refresh_from_db()
    return request


def erase_due(*, now: dt.datetime) -> int:
    """Carry out the deletions whose time to think it over has passed; how many.

    One that is refused or fails waits on the desk and keeps the others from nothing.
    """
    done = 0
    for pk in DataRequest.objects.to_erase(now).values_list("pk", flat=True):
        try:
            erase(request_id=pk, by=None, now=now)
            done += 1
        except Refused as refusal:
            logger.warning("request %s: not deleted: %s", pk, refusal.reason)
            DataRequest.objects.filter(pk=pk).update(not_before=None)
        except Exception:
            logger.exception("request %s: not deleted", pk)
    return done


def make_copy(*, request_id: int, now: dt.datetime) -> DataRequest:
    """Make the archive that was asked for and say that it is there. Twice is once."""
    request = DataRequest.objects.select_related("person__user").get(pk=request_id)
    if not request.is_open or request.person is None:
        return request
    name, made = copies.archive(request.person, now=now)
    storage = private_storage()
    with made:
        name = storage.save(name, File(made))
    try:
        with _locked(request_id) as request:
            _refuse(rules.why_not_answer(request))
            request.file = name
            request.file_until = now + dt.timedelta(days=settings.DATA_COPY_DAYS)
            request.state, request.decided_at = State.DONE, now
            request.acknowledged_at = request.acknowledged_at or now
            request.save()
            letters.ready(request, now=now)
    except BaseException as error:
        storage.delete(name)
        # Made twice at once: the other one is as good.
        if isinstance(error, Refused):
            return DataRequest.objects.get(pk=request_id)
        raise
    return request


def make_waiting(*, now: dt.datetime) -> int:
    """Copies that a lost worker left behind; how many were made."""
    waiting = DataRequest.objects.open().filter(kind=Kind.COPY, way=Way.PAGE)
    made = 0
    for pk in waiting.order_by("received_at").values_list("pk", flat=True)[:20]:
        try:
            make_copy(request_id=pk, now=now)
            made += 1
        except Exception:
            logger.exception("request %s: no copy", pk)
    return made


def drop_copy(request: DataRequest) -> None:
    """Forget the archive; its bytes go when that is certain."""
    if name := request.file.name:
        transaction.on_commit(lambda: private_storage().delete(name), robust=True)
        request.file = ""
        request.file_until = None
        request.save(update_fields=["file", "file_until"])


def drop_old_copies(*, now: dt.datetime) -> int:
    """Archives whose time is over; how many went."""
    old = DataRequest.objects.exclude(file="").filter(file_until__lte=now)
    for request in old:
        with transaction.atomic():
            drop_copy(request)
    return len(old)


def _refuse(reason: rules.WhyNot | None) -> None:
    if reason:
        raise Refused(reason)


@contextlib.contextmanager
def _locked(pk: int):
    """The request as it is now, with its person, both locked."""
    with transaction.atomic():
        found = DataRequest.objects.filter(pk=pk).values_list("person", flat=True)
        Person.objects.select_for_update(of=("self",)).filter(pk__in=found).first()
        rows = DataRequest.objects.select_for_update(of=("self",))
        yield rows.select_related("person__unit", "unit").get(pk=pk)


def _wake(pk: int) -> None:
    """A broker that is away loses nothing: the sweep asks again."""
    from members.tasks import make_data_copy

    try:
        make_data_copy.apply_async([pk], retry=False)
    except Exception as error:  # whatever the client of the broker raises
        logger.warning("broker not reached, the sweep makes the copy: %s", error)
