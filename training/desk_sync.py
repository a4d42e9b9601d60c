"""What phones at the desk bring: marks made with a network and without."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from members.models import User
from training import attendance
from training.attendance import Method, Scan, What
from training.locks import Busy, Refused
from training.models import Registration, Slot, TrainingSession

MOST = 100
"""Marks in one upload; a page with more sends the rest right after."""
LARGEST = 40_000
"""Characters of one upload."""
_DEVICE = 16
_ODD = re.compile(r"[^0-9a-z-]")
_METHODS = {Method.LIST.value, Method.CODE.value}


class Unreadable(ValueError):
    """What came is not what our page sends."""


@dataclass(frozen=True)
class Upload:
    """One message of a page: its clock, whose page it is, and its marks."""

    sent: dt.datetime
    account: str
    device: str
    marks: list[dict[str, Any]]


def account_key(user: User) -> str:
    """Names the account to its own phone without telling its number."""
    return salted_hmac("training.desk", str(user.pk)).hexdigest()[:16]


def read(text: str) -> Upload:
    """Raises Unreadable for anything our page does not send."""
    if len(text) > LARGEST:
        raise Unreadable("too long")
    try:
        data = json.loads(text)
        marks = data["marks"]
        upload = Upload(
            sent=_moment(data["sent"]),
            account=str(data["account"]),
            device=_ODD.sub("", str(data["device"]))[:_DEVICE],
            marks=marks,
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    if not isinstance(marks, list) or len(marks) > MOST:
        raise Unreadable("marks")
    return upload


def take(
    upload: Upload, session: TrainingSession, *, by: User, now: dt.datetime
) -> dict[str, dict[str, Any]]:
    """Each mark on its own; the answers by nonce.

    "done" marks may be forgotten by the phone, "refused" ones too once their sentence
    was shown; "later" ones must be sent again.
    """
    slots = {slot.pk: slot for slot in attendance.slots_of(session, now=now)}
    answers = {}
    for row in upload.marks:
        try:
            nonce, registration_id, slot_id, scan = _scan(row, upload, now=now)
        except (ValueError, KeyError, TypeError, OverflowError, AttributeError):
            if isinstance(row, dict) and isinstance(row.get("nonce"), str):
                answers[row["nonce"]] = _refused(_("This mark cannot be read."))
            continue
        slot = slots.get(slot_id)
        answers[nonce] = _take_one(registration_id, slot, scan, by=by, now=now)
    return answers


def _take_one(
    registration_id: int, slot: Slot | None, scan: Scan, *, by: User, now: dt.datetime
) -> dict[str, Any]:
    if slot is None:
        return _refused(_("This half-day is no longer there."))
    try:
        attendance.mark(
            registration_id=registration_id, slot=slot, scan=scan, by=by, now=now
        )
    except Busy:
        return {"state": "later"}
    except Registration.DoesNotExist:
        refusal = attendance.MarkRefusal.UNKNOWN
        return _refused(str(refusal.label))
    except Refused as refused:
        return _refused(str(refused.refusal.label))
    return {"state": "done"}


def _refused(text: str) -> dict[str, Any]:
    return {"state": "refused", "text": text}


def _scan(
    row: dict[str, Any], upload: Upload, *, now: dt.datetime
) -> tuple[str, int, int, Scan]:
    """The device's clock with the skew it knew as it scanned, else the one of now."""
    skew = row.get("skew")
    if skew is None:
        lag = now - upload.sent
    else:
        lag = dt.timedelta(milliseconds=_number(skew))
    at = _moment(row["at"])
    try:
        at + lag
    except OverflowError:
        at, lag = now, dt.timedelta()
    method = row.get("how")
    scan = Scan(
        method=Method(method if method in _METHODS else Method.LIST),
        at=at,
        nonce=UUID(row["nonce"]),
        skew=lag,
        device=upload.device,
        what=What(row["what"]),
    )
    return row["nonce"], int(row["who"]), int(row["slot"]), scan


def _moment(milliseconds: Any) -> dt.datetime:
    seconds = _number(milliseconds) / 1000
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a number")
    if not abs(value) < 1e14:
        raise ValueError("not a time")
    return value
