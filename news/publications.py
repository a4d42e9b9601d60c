"""Publications that units send in for the media kit: their files, and how they get out.

They wait in the private store like the pictures of stories. What is accepted stands on
the kit's page at once, so whoever accepts it must be allowed to publish.
"""

from __future__ import annotations

import datetime as dt
import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from content.files import (
    FileRefused,
    FileState,
    Inspected,
    Kind,
    Reason,
    inspect,
    private_storage,
    scan,
)
from content.files.kinds import MEGABYTE, PICTURES
from members import permissions
from members.models import Person, User
from news import kit
from news.models import Contribution, ContributionFile, KitItem
from news.models.contribution import FILES
from news.story_rules import StoryRefusal, may_name, nobody
from vietnam.fold import fold

MAX_BYTES = 20 * MEGABYTE
ALLOWED = frozenset({Kind.PDF}) | PICTURES


@dataclass(frozen=True, slots=True)
class Sent:
    """One file that may come in, as it is kept."""

    name: str
    media_type: str
    data: bytes


def look(upload: UploadedFile) -> Sent:
    """What an upload is, by what it holds; of pictures nothing but the pixels is kept.

    Place, device and author, which cameras and programs write into pictures, would
    be public with the file. Raises ValidationError (FileRefused among them).
    """
    found = inspect(upload, name=upload.name, max_bytes=MAX_BYTES, allowed=ALLOWED)
    match scan(upload):
        case FileState.QUARANTINED:
            raise ValidationError(_("The virus scanner refuses this file."))
        case FileState.SCANNING:
            raise ValidationError(
                _("The virus scanner does not answer. Try again in a few minutes.")
            )
    upload.seek(0)
    data = upload.read() if found.kind == Kind.PDF else _bare(upload, found)
    return Sent(found.clean_name, found.media_type, data)


def keep(row: Contribution, sent: Sequence[Sent]) -> None:
    """Put files beside a publication, as many as there is room for."""
    room = Contribution.MAX_FILES - row.files.count()
    for each in sent[: max(0, room)]:
        name = f"{FILES}/{secrets.token_hex(16)}"
        file = ContributionFile(contribution=row, name=each.name)
        file.media_type, file.size = each.media_type, len(each.data)
        file.file = private_storage().save(name, ContentFile(each.data))
        file.save()


def why_not_accept(row: Contribution, *, by: User) -> StoryRefusal | None:
    """Nobody reads it a second time before it is public."""
    if settings.NEWS_TWO_PERSON_RULE and by.person_id == row.sender_id:
        return StoryRefusal.OWN
    if row.unit and permissions.may(by, "news.publish", row.unit):
        return None
    if permissions.everywhere(by, "news.publish"):
        return None
    return StoryRefusal.NEEDS_PUBLISHER


def put_out(row: Contribution, *, on: dt.date) -> None:
    """Onto the kit's page: one item for each file, with credit and licence."""
    with translation.override(settings.LANGUAGE_CODE):
        row.credit, row.names_sender = credit_for(row, on=on)
    files = list(row.files.all())
    for number, each in enumerate(files, start=1):
        item = KitItem(
            what=KitItem.What.OF_UNITS,
            title=row.title if len(files) == 1 else f"{row.title[:110]} ({number})",
            description=row.text[:400],
            licence=row.licence,
            licence_text=row.licence_text,
            credit=row.credit,
            unit=row.unit,
            contribution=row,
        )
        with each.file.open("rb") as file:
            found = kit.look(file, name=each.name)
            file.seek(0)
            kit.keep(item=item, upload=File(file), found=found)


def credit_for(row: Contribution, *, on: dt.date) -> tuple[str, bool]:
    """Whom the kit names, and whether that tells the sender's name (rule 9)."""
    names = tells_name(row.sender, row.made_by)
    if not names or may_name(row, on=on):
        return row.made_by, names
    return row.unit.name[:120] if row.unit else nobody(), False


def tells_name(sender: Person, words: str) -> bool:
    name = fold(sender.full_name).strip()
    return bool(name) and name in " ".join(fold(words).split())


def _bare(upload: UploadedFile, found: Inspected) -> bytes:
    """The picture upright and in its own format, without what was written beside it."""
    out = io.BytesIO()
    try:
        with Image.open(upload, formats=[found.kind.name]) as image:
            profile = image.info.get("icc_profile")
            plain = ImageOps.exif_transpose(image)
            plain.info = {}
            more = {"quality": 92} if found.kind == Kind.JPEG else {"optimize": True}
            plain.save(out, found.kind.name, icc_profile=profile, **more)
    except (OSError, SyntaxError, ValueError) as error:
        raise FileRefused(Reason.BROKEN) from error
    return out.getvalue()
