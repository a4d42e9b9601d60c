"""Taking a picture off all that shows it: somebody may no longer be seen.

More than `actions.remove`, which refuses while a page shows the picture: here the pages
give way. Features add what shows a picture past relations and rich text (`also`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.db import transaction

from content.models import Picture
from content.pictures import actions, in_text
from content.pictures.staff import address_part, texts
from content.registry import Registry

also: Registry[Callable[[Picture], None]] = Registry("pictures taken off")
_EMPTY = re.compile(r"<p>\s*</p>\n?")


@transaction.atomic
def take_off(*, picture: Picture) -> None:
    """Out of covers, texts and kept versions; then the row and its files go."""
    for relation in Picture._meta.related_objects:
        name = relation.field.name
        for row in relation.related_model._base_manager.filter(**{name: picture}):
            if relation.field.null:
                setattr(row, name, None)
                row.save(update_fields=[name])
            else:  # a note about the picture, which goes with it
                row.delete()
    for model, names in texts():
        for name in names:
            inside = {f"{name}__contains": address_part(picture)}
            for row in model._base_manager.filter(**inside):
                setattr(row, name, without(getattr(row, name), picture))
                row.save(update_fields=[name])
    for more in also:
        more(picture)
    actions.remove(picture=picture)


def without(html: str, picture: Picture) -> str:
    """The text without the picture, and without the paragraph that it leaves empty."""
    for shown in in_text.shown(html):
        if shown.key == picture.key:
            html = html.replace(shown.tag, "")
    return _EMPTY.sub("", html)
