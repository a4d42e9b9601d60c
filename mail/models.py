"""The outbox: every letter the portal sends is a row here first."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCEmailField
from mail import kinds
from mail.querysets import LetterQuerySet, PreferenceQuerySet, SuppressionQuerySet


class Letter(models.Model):
    """One letter to one address, fully rendered, written in the causing transaction."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        RETRY = "retry", _("Waiting for another try")
        FAILED = "failed", _("Failed")
        SUPPRESSED = "suppressed", _("Not sent")

    class Reason(models.TextChoices):
        """Why a letter waits or will never leave; `error` holds the server's words."""

        NO_SERVER = "no_server", _("The mail server cannot be reached")
        PUT_OFF = "put_off", _("The mail server asked to try again later")
        FULL = "full", _("The mailbox is full")
        PAUSED = "paused", _("Waits for the morning, or for the end of the holiday")
        PACED = "paced", _("Waits its turn: many letters go to this mail provider")
        INTERRUPTED = "interrupted", _("Sending broke off, so it is sent again")
        REFUSED = "refused", _("The mail server refused it for good")
        BOUNCED = "bounced", _("There is no such mailbox")
        RETURNED = "returned", _("It came back undelivered")
        GAVE_UP = "gave_up", _("Given up after many tries")
        INVALID = "invalid", _("The address is not valid")
        BROKEN = "broken", _("The letter cannot be put together")
        TOO_LATE = "too_late", _("Too late")
        OUTDATED = "outdated", _("No longer true")
        BLOCKED = "blocked", _("The address is suppressed")
        UNWANTED = "unwanted", _("The reader does not want such letters")
        WITHDRAWN = "withdrawn", _("Cancelled by staff")

    PENDING = (State.QUEUED, State.RETRY)
    OVER = (State.SENT, State.FAILED, State.SUPPRESSED)

    kind = models.CharField(_("kind"), max_length=60)
    # A name of settings.MAIL_CHANNELS: how the letter travels.
    channel = models.CharField(_("channel"), max_length=20, default="email")
    address = NFCEmailField(_("address"), max_length=254)
    # `mail.addresses.fold(address)`: what preferences and suppressions go by.
    address_key = models.CharField(max_length=254, editable=False)
    # The person's id, opaque to this floor: people live one floor up.
    recipient = models.BigIntegerField(_("person"), null=True, blank=True)
    # What the letter is about, e.g. ("training.registration", 17).
    about_type = models.CharField(_("about (kind)"), max_length=60, blank=True)
    about_id = models.BigIntegerField(_("about (number)"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, default="vi")
    subject = NFCCharField(_("subject"), max_length=250, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField("HTML", blank=True)
    headers = models.JSONField(_("further headers"), default=dict, blank=True)
    # A list of {"filename", "content_type", "content"}, content as text.
    attachments = models.JSONField(default=list, blank=True)
    # In byte order, so that a range of keys means what it says on every server.
    dedupe_key = models.CharField(
        max_length=200, unique=True, null=True, blank=True, db_collation="C"
    )
    # What the rendering rested on; when it differs at the claim, it is rendered anew.
    fingerprint = models.CharField(max_length=64, blank=True)
    not_before = models.DateTimeField(_("not before"))
    not_after = models.DateTimeField(_("not after"), null=True, blank=True)
    secret = models.BooleanField(_("secret"), default=False)
    # One of a mass mailing: leaves after the letters somebody waits for.
    bulk = models.BooleanField(default=False, editable=False)
    # Leaves at night and over Tết although letters of its kind wait.
    urgent = models.BooleanField(_("urgent"), default=False)
    state = models.CharField(
        _("state"), max_length=12, choices=State, default=State.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, blank=True)
    error = models.TextField(_("error"), blank=True)
    message_id = models.CharField(_("message number"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("written at"))
    claimed_at = models.DateTimeField(null=True, blank=True)
    # The number of the advisory lock that the deliverer in charge holds.
    claimed_by = models.IntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [
            models.Index(
                fields=["secret", "bulk", "not_before", "id"],
                name="letter_pending",
                condition=Q(state__in=["queued", "retry"]),
            ),
            models.Index(
                fields=["claimed_at"],
                name="letter_in_flight",
                condition=Q(state="sending"),
            ),
            # For who counts them: among millions that were sent they are few.
            models.Index(
                fields=["created_at"],
                name="letter_failed",
                condition=Q(state="failed"),
            ),
            models.Index(
                fields=["address_key"],
                name="letter_tried",
                condition=Q(state__in=["sent", "failed"]),
            ),
            models.Index(fields=["about_type", "about_id"], name="letter_about"),
            models.Index(
                fields=["recipient"],
                name="letter_recipient",
                condition=Q(recipient__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="letter_sent_has_time",
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="letter_secret_forgets",
                condition=~Q(secret=True, state__in=["sent", "failed", "suppressed"])
                | Q(subject="", text="", html="", attachments=[]),
            ),
            models.CheckConstraint(
                name="letter_sending_is_claimed",
                condition=~Q(state="sending")
                | Q(claimed_at__isnull=False, claimed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{kinds.label_of(self.kind)} → {self.address}"

    @property
    def can_retry(self) -> bool:
        """Whether staff may send it once more; a secret letter forgot its text."""
        return self.state == self.State.FAILED and not self.secret and bool(self.text)

    @property
    def domain(self) -> str:
        """The mail provider; of another channel its name, for it is one provider."""
        at = self.address_key.rpartition("@")
        return at[2] if at[1] else self.channel

    def forget(self) -> None:
        """Drop what the letter says; the subject too, codes stand there."""
        self.subject = self.text = self.html = ""
        self.attachments = []

    def close(self, state: State, reason: Reason | str = "", error: str = "") -> None:
        """Reach a final state; a secret letter forgets what it says."""
        self.state, self.reason, self.error = state, reason, error
        if self.secret:
            self.forget()


class Preference(models.Model):
    """What an address wishes not to get; by folded address, so it outlives accounts."""

    address_key = models.CharField(_("address"), max_length=254)
    kind = models.CharField(_("kind"), max_length=60)
    wanted = models.BooleanField(_("wanted"))
    changed_at = models.DateTimeField(_("changed at"))

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail preference")
        verbose_name_plural = _("mail preferences")
        constraints = [
            models.UniqueConstraint(
                fields=["address_key", "kind"], name="preference_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address_key}: {kinds.label_of(self.kind)}"


class Suppression(models.Model):
    """An address nothing is sent to any more, with the reason.

    One that was lifted stays: failures before that no longer count against the address.
    """

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("Letters came back")
        ASKED = "asked", _("The owner asked")
        COMPLAINED = "complained", _("The reader reported a letter as spam")

    address_key = models.CharField(_("address"), max_length=254, unique=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    detail = models.TextField(_("detail"), blank=True)
    created_at = models.DateTimeField(_("since"))
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return self.address_key
