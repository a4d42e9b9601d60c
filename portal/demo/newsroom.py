"""The demo's newsroom at work: readers' counts, confirmations, texts on their way.

After articles, kinds and stories are there; each part is done once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile

from content.models import PageViews
from members.models import Unit
from news import actions, publications, receipts, stories
from news.models import Article, Contribution, KitItem
from news.stories import Told
from portal.demo import days, drawing
from portal.demo.scenes import SCENES
from portal.demo.stories import sent
from vietnam.dates import local_day

WORD = "demo"
"""Tells these counts from those of real readers, who are added to them."""
LATELY = 12
"""So many of the newest articles have been read this week."""
CONFIRMED = 14
RETURNED = "Câu lạc bộ tin học bản Cuôn mở buổi học đầu tiên"
REMARK = "Bài còn thiếu: ai dạy, học ở đâu, bao nhiêu em. Ảnh nên chụp ngang."
USED = "Mớ rau đầu mùa gửi bếp ăn điểm trường"


def load(world) -> None:
    _confirmations(world)
    _returned(world)
    _changed(world)
    _published_story(world)
    _more_stories(world)
    _publications(world)
    _readers(world)


def _readers(world) -> None:
    """More for what is newer, as it goes."""
    if PageViews.objects.filter(word=WORD).exists():
        return
    today = local_day(world.now)
    newest = Article.objects.published(world.now)[:LATELY]
    for place, article in enumerate(newest, start=1):
        for back in range(6):
            PageViews.objects.create(
                path=article.get_absolute_url(),
                day=today - dt.timedelta(days=back),
                word=WORD,
                count=11 + (97 * (back + 1)) // (place + back),
            )


def _confirmations(world) -> None:
    """Some communes have confirmed that they have read the document, others not."""
    units = Unit.objects.communes(local_day(world.now)).order_by("pk")[:CONFIRMED]
    for article in receipts.asked_for(world.now):
        if article.receipts.exists():
            continue
        for number, unit in enumerate(units):
            at = max(article.publish_at, world.now - dt.timedelta(hours=3 + number))
            by = world.users["unit_secretary"]
            receipts.confirm(article=article, unit=unit, by=by, now=at)


def _returned(world) -> None:
    """A draft that came back to its writer with a remark."""
    model = Article.objects.published(world.now).first()
    article, made = Article.objects.get_or_create(
        title=RETURNED,
        defaults={
            "section": model.section,
            "unit": world.units["tinh-doan"],
            "lead": "Buổi đầu tiên có hai chiếc máy và rất nhiều câu hỏi.",
            "body": "<p>Chiều thứ Bảy, câu lạc bộ tin học của bản mở cửa.</p>",
            "created_by": world.users["editor"],
        },
    )
    if made:
        editor, publisher = world.users["editor"], world.users["publisher"]
        actions.submit(article=article, by=editor, now=world.now)
        actions.send_back(article=article, by=publisher, now=world.now, remark=REMARK)


def _changed(world) -> None:
    """A live article with a newer text beside it, which waits for a second person."""
    if Article.objects.filter(revisions__working=True).exists():
        return
    article = Article.objects.published(world.now).filter(kind="article")[3]
    article.lead = f"{article.lead} Lịch các buổi tiếp theo có ở cuối bài."
    editor = world.users["editor"]
    actions.save_text(article=article, by=editor, now=world.now)
    actions.submit_changes(article=article, by=editor, now=world.now)


def _published_story(world) -> None:
    """A reader's story that became an article, with credit."""
    story = Contribution.objects.filter(title=USED).first()
    article = story and story.article
    if article is None or article.state != Article.State.DRAFT:
        return
    if article.cover:
        article.cover.alt = (
            "Tranh minh họa: những giàn tre phơi dưới nắng chiều, phía sau là núi."
        )
        article.cover.save(update_fields=["alt"])
    article.publish_at = days.at(world.now, 0, hour=0, minute=5)
    article.save(update_fields=["publish_at"])
    by = world.users["publisher"]
    actions.approve_and_publish(article=article, by=by, now=world.now)


def _more_stories(world) -> None:
    """One taken back, and one of a child that waits for the guardian."""
    taken = sent(
        world,
        world.people[3],
        "Buổi chiều nhặt rác bên suối",
        "Cả nhóm nhặt được mười hai bao, phần nhiều là túi ni lông.",
        hours=60,
    )
    if taken:
        stories.withdraw(story=taken, now=world.now - dt.timedelta(hours=50))
    sent(
        world,
        world.pupils[0],
        "Con lợn đất của lớp em",
        "Cả lớp em để dành tiền lẻ vào con lợn đất. Cuối học kỳ, chúng em mua được "
        "hai chiếc áo ấm tặng bạn ở điểm trường lẻ.",
        hours=9,
    )


@dataclass(frozen=True)
class Publication:
    title: str
    text: str
    scene: str
    licence: str
    accepted: bool = False
    licence_text: str = ""


PUBLICATIONS = [
    Publication(
        "Áp phích “Dừng một phút trước khi bấm”",
        "Dán ở nhà văn hóa thôn, cổng chợ. Chừa dòng dưới để ghi số điện thoại tổ công "
        "nghệ số.",
        "evening-lesson",
        KitItem.Licence.CC_BY_NC,
        accepted=True,
    ),
    Publication(
        "Tờ rơi hướng dẫn bà dùng điện thoại",
        "In hai mặt khổ A5, chữ to cho người lớn tuổi.",
        "grandmother",
        KitItem.Licence.OWN,
        licence_text="Các đơn vị Đoàn được in lại, xin giữ tên nhóm vẽ.",
    ),
]


def _publications(world) -> None:
    sender = world.users["unit_secretary"].person
    for number, piece in enumerate(PUBLICATIONS):
        press = f"{0xDE30 + number:032x}"
        if Contribution.objects.filter(sender=sender, press=press).exists():
            continue
        data = drawing.as_jpeg(SCENES[piece.scene]())
        upload = SimpleUploadedFile(f"{piece.title}.jpg", data)
        story = stories.send(
            sender=sender,
            press=press,
            told=Told(
                kind=Contribution.Kind.PUBLICATION,
                title=piece.title,
                text=piece.text,
                licence=piece.licence,
                licence_text=piece.licence_text,
                made_by=sender.unit.name,
                as_unit=True,
            ),
            files=[publications.look(upload)],
            now=world.now - dt.timedelta(hours=26 + number),
        )
        if piece.accepted:
            by = world.users["publisher"]
            stories.accept_publication(story=story, by=by, now=world.now)
