"""A province moves in from its old site (docs/import.md)."""

from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext, ngettext

from content import clock, pagecache
from members.models import Unit
from news.importing.reading import FileUnreadable
from news.importing.running import Done, Move
from news.models import ImportedArticle, Section


class Command(BaseCommand):
    help = "Take articles over from a WordPress export (WXR), RSS or Atom file."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--section", required=True, help="slug, for all the rest")
        parser.add_argument("--unit", required=True, help="slug of the unit")
        parser.add_argument("--pictures", type=Path, help="folder of the uploads")
        parser.add_argument("--source", default="", help="else the site's host name")
        parser.add_argument(
            "--map", action="append", default=[], metavar="CATEGORY=SECTION"
        )
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args, **options) -> None:
        move = Move(
            file=options["file"],
            section=_one(Section, options["section"]),
            unit=_one(Unit, options["unit"]),
            now=clock.now(),
            folder=options["pictures"],
            source=options["source"],
            sections=dict(map(_pair, options["map"])),
            dry=options["dry_run"],
        )
        counts: Counter = Counter()
        try:
            for outcome in move.run():
                counts[outcome.done] += 1
                notes = "; ".join(outcome.notes)
                if outcome.notes or outcome.done != Done.UNCHANGED:
                    self.stdout.write(
                        f"{outcome.line}: {outcome.done.label}: {outcome.title[:80]}"
                        + (f" ({notes})" if notes else "")
                    )
        except (FileUnreadable, OSError) as error:
            raise CommandError(str(error)) from error
        pagecache.touch("news")
        for name, number in move.unknown.most_common():
            sentence = gettext("category without a section: %(name)s (%(number)s)")
            self.stdout.write(sentence % {"name": name, "number": number})
        total = ", ".join(
            f"{counts[done]} {done.label}" for done in Done if counts[done]
        )
        total = total or gettext("nothing")
        trial = gettext("Dry run: %(total)s") if move.dry else "%(total)s"
        self.stdout.write(trial % {"total": total})
        if number := ImportedArticle.objects.filter(needs_look=True).count():
            sentence = ngettext(
                "%(number)d article is out and should be looked at: in the admin's "
                "list of articles, filter “moved in”.",
                "%(number)d articles are out and should be looked at: in the admin's "
                "list of articles, filter “moved in”.",
                number,
            )
            self.stdout.write(sentence % {"number": number})


def _one(model, slug: str):
    found = model.objects.filter(slug=slug).first()
    if found is None:
        sentence = gettext("no %(kind)s with the address “%(slug)s”")
        raise CommandError(sentence % {"kind": model._meta.verbose_name, "slug": slug})
    return found


def _pair(text: str) -> tuple[str, Section]:
    category, _sign, slug = text.rpartition("=")
    return category.strip().casefold(), _one(Section, slug.strip())
