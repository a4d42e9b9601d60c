"""Letters for tests."""

import datetime as dt

import factory

from mail.addresses import fold
from mail.models import Letter, Preference, Suppression

MORNING = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)


class LetterFactory(factory.django.DjangoModelFactory):
    """A letter that waits since 09:00 on 23 November 2026."""

    class Meta:
        model = Letter

    kind = "tests.plain"
    address = factory.Sequence(lambda n: f"doan.vien.{n}@example.com")
    address_key = factory.LazyAttribute(lambda letter: fold(letter.address))
    subject = factory.Sequence(lambda n: f"Thư số {n}: lịch tập huấn")
    text = "Chào bạn, lớp tập huấn bắt đầu lúc 08:00.\n"
    html = "<!doctype html><html lang=vi><p>Chào bạn, lớp tập huấn bắt đầu lúc 08:00."
    not_before = MORNING
    created_at = MORNING
    message_id = factory.Sequence(lambda n: f"<letter-{n}@example.com>")

    class Params:
        sent = factory.Trait(state=Letter.State.SENT, sent_at=MORNING, attempts=1)
        failed = factory.Trait(
            state=Letter.State.FAILED, reason=Letter.Reason.REFUSED, attempts=1
        )
        in_flight = factory.Trait(
            state=Letter.State.SENDING, claimed_at=MORNING, claimed_by=7, attempts=1
        )


class PreferenceFactory(factory.django.DjangoModelFactory):
    """A reader who asked to be spared reminders."""

    class Meta:
        model = Preference

    address_key = factory.Sequence(lambda n: f"doan.vien.{n}@example.com")
    kind = "tests.optional"
    wanted = False
    changed_at = MORNING


class SuppressionFactory(factory.django.DjangoModelFactory):
    """An address whose letters came back."""

    class Meta:
        model = Suppression

    address_key = factory.Sequence(lambda n: f"doan.vien.{n}@example.com")
    reason = Suppression.Reason.BOUNCED
    created_at = MORNING
