"""What becomes of each item: a draft, an article with its date, or a line why not."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.files.refusals import FileRefused
from content.mending import mend
from content.models import Picture
from content.pictures import actions as pictures
from content.richtext import plain_text
from news import actions, revisions, rules
from news.importing import addresses, looking
from news.importing.bodies import our_html
from news.importing.reading import Head, Item, head_of, items
from news.models import Article, ImportedArticle, ImportedPicture, Section, Tag
from vietnam.slug import slugify

LEAD = 300
_DRAFTS = {"draft", "pending", "private", "future"}


class Done(TextChoices):
    """What became of one item, in words for the report."""

    IMPORTED = "imported", _("taken over")
    UPDATED = "updated", _("brought up to date")
    UNCHANGED = "unchanged", _("unchanged")
    KEPT = "kept", _("left as it is")
    SKIPPED = "skipped", _("left behind")
    ERROR = "error", _("error")


@dataclass(frozen=True)
class Outcome:
    """One item of the report."""

    line: int
    done: Done
    title: str
    notes: list[str] = field(default_factory=list)


@dataclass
class Move:
    """One import: where things go and where pictures lie."""

    file: Path
    section: Section
    unit: object
    now: dt.datetime
    by: object = None
    sections: dict[str, Section] = field(default_factory=dict)
    folder: Path | None = None
    source: str = ""
    dry: bool = False
    unknown: Counter = field(default_factory=Counter)

    def run(self) -> Iterator[Outcome]:
        """Every item in its own transaction. Raises FileUnreadable."""
        self.head: Head = head_of(self.file)
        self.source = self.source or urlsplit(self.head.site).hostname or self.file.name
        self.attachments, self.words = {}, {}
        for item in items(self.file):
            if item.kind == "attachment" and item.attachment_url:
                self.attachments[item.source_id] = item.attachment_url
                alt = item.meta.get("_wp_attachment_image_alt", "") or item.excerpt
                self.words[_bare(item.attachment_url)] = alt.strip()[:250]
        for item in items(self.file):
            if item.error:
                yield Outcome(item.line, Done.ERROR, item.title, [item.error])
            elif item.kind == "post":
                yield self._guarded(item)

    def _guarded(self, item: Item) -> Outcome:
        try:
            with transaction.atomic():
                outcome = self._take(item)
                if self.dry:
                    transaction.set_rollback(True)
            return outcome
        except Exception as error:
            return Outcome(item.line, Done.ERROR, item.title, [repr(error)[:200]])

    def _take(self, item: Item) -> Outcome:
        if item.state in {"trash", "auto-draft", "inherit"}:
            return Outcome(item.line, Done.SKIPPED, item.title, [item.state])
        digest = _digest(vars(item) | {"line": 0})
        known = ImportedArticle.objects.filter(
            source=self.source, source_id=item.source_id
        ).first()
        if known and known.article is None:
            note = gettext("staff deleted the article; it does not come back")
            return Outcome(item.line, Done.SKIPPED, item.title, [note])
        if known and known.item_digest == digest:
            return Outcome(item.line, Done.UNCHANGED, item.title)
        if known and _text_digest(known.article) != known.text_digest:
            note = gettext("staff went on with the article; nothing overwritten")
            return Outcome(item.line, Done.KEPT, item.title, [note])
        notes: list[str] = []
        article = known.article if known else Article(unit=self.unit)
        self._fill(article, item, notes)
        if not article.title:
            return Outcome(item.line, Done.ERROR, "", [gettext("no title")])
        self._save(article, item, notes)
        row = known or ImportedArticle(source=self.source, source_id=item.source_id)
        row.article, row.item_digest = article, digest
        article.refresh_from_db()
        row.text_digest = _text_digest(article)
        row.needs_look = looking.needs_look(article)
        row.save()
        numbered = item.source_id if item.is_wordpress else ""
        addresses.keep(article, addresses.old_addresses(item.link, numbered))
        done = Done.UPDATED if known else Done.IMPORTED
        return Outcome(item.line, done, item.title, notes)

    def _fill(self, article: Article, item: Item, notes: list[str]) -> None:
        article.title = mend(item.title)[:200]
        article.section = self._section(item)
        article.slug = slugify(item.slug if item.slug.isascii() and item.slug
                               and "%" not in item.slug else item.title)  # fmt: skip
        article.byline = self.head.authors.get(item.author, item.author)[:120]
        article.body = our_html(
            item.body,
            find=lambda src, alt: self._address(src, alt, notes),
            attachments=self.attachments,
            site=self.head.site,
            notes=notes,
        )
        article.lead = _lead(item.excerpt) or _lead(article.body) or article.title
        thumbnail = self.attachments.get(item.meta.get("_thumbnail_id", ""))
        if thumbnail:
            article.cover = self._picture(thumbnail, "", notes)

    def _save(self, article: Article, item: Item, notes: list[str]) -> None:
        if article.pk:
            article.save()
        else:
            article.state = Article.State.DRAFT
            article.save()
        tags = [_tag(name) for name in dict.fromkeys(item.tags)]
        article.tags.set([tag for tag in tags if tag])
        article.publish_at = item.published_at
        if item.state in _DRAFTS or item.password or item.published_at is None:
            article.save(update_fields=["publish_at", "updated_at"])
            if item.state != "publish":
                sentence = gettext("a draft here; it was “%(state)s” there")
                notes.append(sentence % {"state": item.state})
            return
        if article.state == Article.State.PUBLISHED:
            return
        try:
            actions.import_published(
                article=article, by=self.by, now=self.now, at=item.published_at
            )
        except actions.Refused as refused:
            reason = rules.sentence(refused.reason, article)
            notes.append(gettext("stays a draft: %(reason)s") % {"reason": reason})
            return
        notes += looking.shortcomings(article)

    def _section(self, item: Item) -> Section:
        for name in item.categories:
            if found := self.sections.get(name.casefold()):
                return found
        for name in item.categories:
            found = Section.objects.filter(slug=slugify(name)).first()
            if found:
                return found
        self.unknown.update(item.categories[:1])
        return self.section

    def _address(self, src: str, alt: str, notes: list[str]) -> str | None:
        if self.dry and self._local(src):
            return f"{settings.MEDIA_URL}dry-run.jpg"
        picture = self._picture(src, alt, notes)
        return picture.file.url if picture else None

    def _picture(self, src: str, alt: str, notes: list[str]) -> Picture | None:
        path = self._local(src)
        if path is None:
            return None
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        known = ImportedPicture.objects.filter(file_digest=digest).first()
        if known:
            return known.picture
        if self.dry:
            return None
        words = self.words.get(_bare(src)) or alt.strip()
        try:
            picture, _was_animated = pictures.add(
                file=io.BytesIO(data), name=path.name, alt=words[:250]
            )
        except FileRefused as refused:
            sentence = gettext("picture refused: %(name)s: %(reason)s")
            told = {"name": path.name, "reason": refused.sentence}
            notes.append(sentence % told)
            return None
        ImportedPicture.objects.create(file_digest=digest, picture=picture)
        return picture

    def _local(self, src: str) -> Path | None:
        """The file of a picture's address below the folder; never one outside it."""
        if self.folder is None:
            return None
        root = self.folder.resolve()
        parts = [
            p for p in unquote(urlsplit(src).path).split("/") if p not in {"", ".."}
        ]
        whole = _bare(src).rpartition("/")[2]
        for begin in range(len(parts)):
            for name in dict.fromkeys((parts[-1], whole)):
                path = root.joinpath(*parts[begin:-1], name).resolve()
                if path.is_relative_to(root) and path.is_file():
                    return path
        return None


def _bare(src: str) -> str:
    """The address of the whole picture: WordPress names sizes `-300x200`."""
    path = unquote(urlsplit(src).path)
    return re.sub(r"-\d{2,4}x\d{2,4}(?=\.\w+$)", "", path)


def _lead(html: str) -> str:
    text = " ".join(plain_text(html).split())
    if len(text) <= LEAD:
        return mend(text)
    return mend(text[:LEAD].rpartition(" ")[0].rstrip(",;:–-")) + "…"


def _tag(name: str) -> Tag | None:
    slug = slugify(name, max_length=60)
    known = Tag.objects.filter(slug=slug).first()
    return known or Tag.objects.create(name=mend(name)[:60], slug=slug)


def _text_digest(article: Article) -> str:
    """Of the newest text, that beside a live article included."""
    beside = revisions.working(article)
    return _digest(beside.text if beside else revisions.text_of(article))


def _digest(value: dict) -> str:
    text = json.dumps(value, default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
