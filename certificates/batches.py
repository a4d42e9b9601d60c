"""Many certificates at once: a worker issues them in chunks and files them in a ZIP.

Each chunk is a transaction that locks the batch, so two workers at one batch take
turns, and what a killed one had not committed was never issued and took no number.
The counters are counted anew from the entries each time. The file is made last; once
one of its certificates was revoked or corrected it is not handed out any more.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import tempfile
import threading
import zipfile
from collections.abc import Iterable

from celery import current_app
from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from certificates import actions, paper, rules
from certificates.facts import Entry, Facts, read
from certificates.models import BatchEntry, Certificate, CertificateBatch
from certificates.querysets import BatchQuerySet
from certificates.rules import Refusal, Refused
from content import clock
from content.files import private_storage
from content.files.storage import incoming_folder, make_private_folder
from members.models import User

log = logging.getLogger(__name__)

State = CertificateBatch.State
TASK = "certificates.tasks.work_on_batch"
FOLDER = "certificates"
CHUNK = 50
ATTEMPTS = 3
"""Tries at the file; then it is the file and not the weather, and staff are told."""
ORPHAN_AFTER = dt.timedelta(days=1)
LOST_AFTER = dt.timedelta(minutes=2)
KEPT = dt.timedelta(days=30)
"""How long a file with so many names lies about; it can be made again."""


def start(
    *,
    facts: Facts,
    entries: Iterable[Entry],
    by: User | None,
    now: dt.datetime,
    tell: bool = True,
) -> CertificateBatch:
    """Ask for certificates for all these people; the worker begins on commit.

    While one for the same matter is being issued, that one is given back: a second
    click adds nothing. Each person counts once. Raises Refused.
    """
    if refusal := rules.why_not_facts(facts):
        raise Refused(refusal)
    once = {entry.person.pk: entry for entry in entries}
    batch = CertificateBatch(
        unit=facts.unit,
        about=facts.about,
        kind=facts.kind,
        course=facts.course,
        facts=facts.kept(),
        tell=tell,
        total=len(once),
        asked_at=now,
        asked_by=by,
        worked_at=now,
    )
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
            BatchEntry.objects.bulk_create(
                BatchEntry(
                    batch=batch, person_id=key, name=entry.name, merit=entry.merit
                )
                for key, entry in once.items()
            )
    except IntegrityError:
        at_work = CertificateBatch.objects.filter(state=State.ISSUING)
        if first := at_work.filter(about=facts.about, kind=facts.kind).first():
            return first
        raise
    transaction.on_commit(lambda: ask_worker(batch.pk), robust=True)
    return batch


def remake(*, batch_id: int, now: dt.datetime) -> None:
    """Make the file of a finished batch again, from the certificates as they are."""
    with transaction.atomic():
        batch = _rows().get(pk=batch_id)
        if batch.is_unfinished:
            return
        _forget_file(batch)
        batch.state, batch.attempts, batch.worked_at = State.FILING, 0, now
        batch.save(update_fields=["state", "attempts", "worked_at"])
        transaction.on_commit(lambda: ask_worker(batch_id), robust=True)


def work_on(*, batch_id: int, now: dt.datetime) -> None:
    """Issue what is left and make the file. Done twice is done once."""
    while issue_chunk(batch_id=batch_id, now=now):
        pass
    make_file(batch_id=batch_id, now=now)


def issue_chunk(*, batch_id: int, now: dt.datetime) -> bool:
    """Issue the next ones; False when nothing is left, or when another is at it."""
    with transaction.atomic():
        batch = _rows(skip_locked=True).filter(pk=batch_id).first()
        if batch is None or batch.state != State.ISSUING:
            return False
        rows = list(batch.entries.open().select_related("person")[:CHUNK])
        _issue(batch, rows, now=now)
        counted = batch.entries.aggregate(
            total=Count("pk"),
            done=Count("pk", filter=Q(certificate__isnull=False)),
            failed=Count("pk", filter=~Q(error="")),
        )
        batch.total, batch.done = counted["total"], counted["done"]
        batch.failed, batch.worked_at = counted["failed"], clock.now()
        if batch.settled == batch.total:
            batch.state = State.FILING
        batch.save(update_fields=["total", "done", "failed", "worked_at", "state"])
    return batch.state == State.ISSUING


def _issue(batch: CertificateBatch, rows: list[BatchEntry], *, now: dt.datetime):
    facts = read(
        batch.facts,
        about=batch.about,
        kind=batch.kind,
        unit=batch.unit,
        course=batch.course,
    )
    entries = [Entry(person=row.person, name=row.name, merit=row.merit) for row in rows]
    outcome = actions.issue_many(
        entries, facts, by=batch.asked_by, now=now, tell=batch.tell
    )
    for row in rows:
        found = outcome[row.person_id]
        if isinstance(found, Refusal):
            row.error = found.value
        else:
            row.certificate = found
    BatchEntry.objects.bulk_update(rows, ["certificate", "error"])


def make_file(*, batch_id: int, now: dt.datetime) -> bool:
    """Make the ZIP, once; whether this call made it."""
    waiting = _rows(skip_locked=True).filter(pk=batch_id, state=State.FILING)
    with transaction.atomic():
        batch = waiting.first()
        if batch is None:
            return False
        # Committed before the work, so that a batch that kills the worker counts too.
        batch.attempts, batch.worked_at = batch.attempts + 1, clock.now()
        batch.save(update_fields=["attempts", "worked_at"])
    with transaction.atomic():
        batch = waiting.first()
        if batch is None:
            return False
        batch.finished_at = now
        if batch.attempts > ATTEMPTS:
            log.error("the file of batch %s cannot be made", batch.pk)
            batch.state = State.FAILED
            batch.save(update_fields=["state", "finished_at"])
            return False
        certificates = list(of(batch))
        name = _write(batch, certificates) if certificates else ""
        try:
            batch.archive, batch.contents = (
                name,
                _digest(row.code for row in certificates),
            )
            batch.state = State.DONE
            batch.save(update_fields=["archive", "contents", "state", "finished_at"])
        except BaseException:
            private_storage().delete(name)
            raise
    return True


def is_true(batch: CertificateBatch) -> bool:
    """Whether the file there is holds what counts now, no more and no less."""
    if not batch.archive:
        return False
    return batch.contents == _digest(of(batch).values_list("code", flat=True))


def _write(batch: CertificateBatch, certificates: list[Certificate]) -> str:
    """The name of the ZIP in the private store; one page at a time is in memory."""
    folder = make_private_folder(incoming_folder())
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".zip") as made:
        # Stored: what is in a PDF is packed already.
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
            for certificate in certificates:
                page = paper.render([certificate])
                archive.writestr(paper.file_name(certificate), page)
        made.seek(0)
        return private_storage().save(f"{FOLDER}/{batch.pk}.zip", File(made))


def _digest(codes: Iterable[str]) -> str:
    return hashlib.sha256(" ".join(codes).encode()).hexdigest()


def of(batch: CertificateBatch):
    """The valid certificates of the batch's people, in the order of their numbers."""
    entries = batch.entries.filter(certificate__isnull=False).values("certificate")
    rows = Certificate.objects.valid().filter(pk__in=entries)
    return rows.order_by("year", "number")


def wake_stuck(*, now: dt.datetime) -> int:
    """Each minute: wake a worker for what a lost one left behind."""
    stuck = CertificateBatch.objects.stuck(now - LOST_AFTER)
    keys = list(stuck.values_list("pk", flat=True))
    for key in keys:
        ask_worker(key)
    return len(keys)


def drop_old_files(*, now: dt.datetime) -> int:
    """Nightly: files older than KEPT, and those no longer true; the number dropped."""
    dropped = _drop_orphans(now)
    filed = CertificateBatch.objects.filter(state=State.DONE).exclude(archive="")
    for key in list(filed.values_list("pk", flat=True)):
        with transaction.atomic():
            batch = _rows(skip_locked=True).filter(pk=key).first()
            if batch and (batch.finished_at < now - KEPT or not is_true(batch)):
                _forget_file(batch)
                dropped += 1
    return dropped


def _drop_orphans(now: dt.datetime) -> int:
    """Files of workers that died between writing and saying so."""
    storage, dropped = private_storage(), 0
    known = set(CertificateBatch.objects.values_list("archive", flat=True))
    for name, written in storage.listed(FOLDER):
        if name not in known and written < now - ORPHAN_AFTER:
            storage.delete(name)
            dropped += 1
    return dropped


def _forget_file(batch: CertificateBatch) -> None:
    """Delete the batch's file with the commit. Its row is locked by the caller."""
    name, batch.archive, batch.contents = batch.archive.name, "", ""
    batch.save(update_fields=["archive", "contents"])
    if name:
        transaction.on_commit(lambda: private_storage().delete(name), robust=True)


def ask_worker(batch_id: int) -> None:
    """Tell the worker, on a thread: a silent broker must not hold up who asks."""

    def send() -> None:
        try:
            current_app.send_task(TASK, [batch_id], retry=False, ignore_result=True)
        except Exception as error:  # whatever the client of the broker raises
            log.warning("broker not reached, beat will find the batch: %s", error)

    threading.Thread(target=send, name="make-certificates", daemon=True).start()


def _rows(*, skip_locked: bool = False) -> BatchQuerySet:
    """Batches, locked as they are read."""
    rows = CertificateBatch.objects.select_for_update(
        no_key=True, of=("self",), skip_locked=skip_locked
    )
    return rows.select_related("unit", "asked_by")
