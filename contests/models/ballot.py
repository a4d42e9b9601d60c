"""The public vote of a contest: ballots, letters that confirm one, counts.

Nobody's address lies here: a voter is a keyed digest of the mailbox, bound to the
one contest, beside the account where there is one; a network is a keyed digest of its
first bytes. Both are forgotten with `voting.forgetting`.
"""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCTextField
from contests.models.contest import MAX_PICKS, Contest
from contests.models.entry import Entry


class BallotQuerySet(models.QuerySet):
    def counting(self) -> BallotQuerySet:
        """Not set aside, or let in again."""
        return self.filter(Q(aside=None) | Q(aside__ended_at__isnull=False))


class SetAside(models.Model):
    """A decision that some ballots do not count, why, and perhaps its end.

    Ballots are never deleted by it; those that are aside are counted apart.
    """

    contest = models.ForeignKey(
        Contest,
        on_delete=models.CASCADE,
        related_name="asides",
        verbose_name=_("contest"),
    )
    reason = NFCTextField(_("reason"), max_length=500)
    number = models.PositiveIntegerField(_("ballots"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    ended_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("ballots set aside")
        verbose_name_plural = _("ballots set aside")
        constraints = [
            models.CheckConstraint(name="aside_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="aside_ends_later",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("made_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class Ballot(models.Model):
    """What one voter says in one contest; without picks it was withdrawn."""

    class Way(models.TextChoices):
        ACCOUNT = "account", _("Account")
        MAIL = "mail", _("Letter")

    contest = models.ForeignKey(
        Contest,
        on_delete=models.CASCADE,
        related_name="ballots",
        verbose_name=_("contest"),
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ballots",
        verbose_name=_("account"),
    )
    # NULL once it is forgotten: any number of rows may have none.
    voter = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001
    way = models.CharField(_("way"), max_length=7, choices=Way)
    # How old an account was says more than who it is; kept when it is erased.
    account_made_at = models.DateTimeField(null=True, blank=True, editable=False)
    network = models.CharField(_("network"), max_length=16, blank=True)
    cast_at = models.DateTimeField(_("cast at"))
    changed_at = models.DateTimeField(_("changed at"))
    aside = models.ForeignKey(
        SetAside,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ballots",
        verbose_name=_("set aside"),
    )

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ["cast_at", "id"]
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        indexes = [models.Index(fields=["contest", "network"], name="ballot_network")]
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "account"], name="ballot_account_once"
            ),
            models.UniqueConstraint(
                fields=["contest", "voter"], name="ballot_voter_once"
            ),
            models.CheckConstraint(
                name="ballot_changed_later", condition=Q(changed_at__gte=F("cast_at"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Pick(models.Model):
    """One of the works that a ballot is for."""

    ballot = models.ForeignKey(
        Ballot, on_delete=models.CASCADE, related_name="picks", editable=False
    )
    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="picks", editable=False
    )
    # From 1; `voting.actions` keeps it within `Contest.vote_picks`.
    number = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        ordering = ["ballot", "number"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "entry"], name="pick_once"),
            models.UniqueConstraint(fields=["ballot", "number"], name="pick_number"),
            models.CheckConstraint(
                name="pick_within", condition=Q(number__gte=1, number__lte=MAX_PICKS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id}/{self.number}"


class VoteLetter(models.Model):
    """A letter whose link turns what was ticked into a ballot, once.

    Kept as a digest of the link's secret and of the mailbox; the address itself stands
    only in the outbox, where secret letters lose their text when they have left.
    """

    contest = models.ForeignKey(
        Contest, on_delete=models.CASCADE, related_name="vote_letters", editable=False
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    voter = models.CharField(max_length=64, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Ids of entries; none: the ballot is to be withdrawn.
    picks = models.JSONField(default=list, editable=False)
    network = models.CharField(max_length=16, blank=True, editable=False)
    made_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("letter about a vote")
        verbose_name_plural = _("letters about votes")
        constraints = [
            models.CheckConstraint(
                name="vote_letter_lives", condition=Q(made_at__lt=F("expires_at"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class VoteCount(models.Model):
    """The votes as they were counted after the end; a new count is a new row.

    `rows` has a line for each entry in the contest: id, votes that count, votes set
    aside; both are null for a work that nobody could vote for.
    """

    contest = models.ForeignKey(
        Contest,
        on_delete=models.CASCADE,
        related_name="counts",
        verbose_name=_("contest"),
    )
    rows = models.JSONField(_("votes"))
    ballots = models.PositiveIntegerField(_("ballots"))
    aside = models.PositiveIntegerField(_("ballots set aside"), default=0)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("count of votes")
        verbose_name_plural = _("counts of votes")

    def __str__(self) -> str:
        return f"{self.contest_id}/{self.made_at:%Y-%m-%d %H:%M}"


class EntryPicture(models.Model):
    """A small picture of a work for everybody, drawn from the judges' copy of a file.

    Shown only while the consents hold; the bytes lie in the row, so that they go with
    the file in the same moment.
    """

    file = models.OneToOneField(
        "contests.EntryFile",
        on_delete=models.CASCADE,
        related_name="picture",
        editable=False,
    )
    # Of which copy: another file in the row means another picture.
    sha256 = models.CharField(max_length=64, editable=False)
    jpeg = models.BinaryField(editable=False)
    width = models.PositiveSmallIntegerField(
        validators=[MaxValueValidator(4096)], editable=False
    )
    height = models.PositiveSmallIntegerField(
        validators=[MaxValueValidator(4096)], editable=False
    )

    class Meta:
        verbose_name = _("picture of an entry")
        verbose_name_plural = _("pictures of entries")

    def __str__(self) -> str:
        return str(self.file_id)
