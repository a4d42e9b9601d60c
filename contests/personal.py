"""What the tables of contests tell of people."""

from django.utils.translation import gettext_lazy as _

from members import datamap
from members.datamap import Table

ENTRANTS = _("You, the organisers; judges see it without names")
KEPT = _("Without a prize 12 months after the results; with one, with the contest")
SCORED = _("Where it was scored: a row without title, text and names, for the scores.")


def register() -> None:
    _entries()
    _families_and_judges()
    for label, columns in (
        ("contests.rubric", "made_by"),
        ("contests.rankingrun", "made_by"),
        ("contests.signedform", "uploaded_by decided_by"),
        ("contests.entryfile", "uploaded_by"),
        ("contests.invitation", "invited_by"),
        ("contests.appeal", "answered_by"),
        ("contests.judgeassignment", "admitted_by"),
        ("contests.entryversion", "made_by"),
        ("contests.setaside", "made_by ended_by"),
        ("contests.votecount", "made_by"),
    ):
        datamap.marks(label, columns)
    datamap.offices("contests.contest", "contact")
    datamap.offices("contests.contact", "name phone email")


def _entries() -> None:
    datamap.registry.register(
        "contests.entry",
        Table(
            what=_("Works you handed in"),
            why=datamap.CONSENT,
            seen_by=ENTRANTS,
            kept=KEPT,
            fields="owner title summary mentor mentor_school note",
            plain="code language",
            stays=SCORED,
        ),
    )
    datamap.registry.register(
        "contests.author",
        Table(
            what=_("Works that name you as author"),
            why=datamap.CONSENT,
            seen_by=_("You, the organisers; all after the results, if you agreed"),
            kept=KEPT,
            fields="person school",
        ),
    )
    datamap.registry.register(
        "contests.entryfile",
        Table(
            what=_("Files of works"),
            why=datamap.CONSENT,
            seen_by=ENTRANTS,
            kept=KEPT,
            fields="file name copy copy_pages",
            plain="media_type sha256 copy_media_type",
        ),
    )
    datamap.registry.register(
        "contests.entryanswer",
        Table(
            what=_("Answers to the questions of a contest"),
            why=datamap.CONSENT,
            seen_by=datamap.ORGANISERS,
            kept=KEPT,
            fields="value",
        ),
    )
    datamap.registry.register(
        "contests.entryversion",
        Table(
            what=_("Earlier versions of works"),
            why=_("Proof of what was handed in"),
            seen_by=datamap.ORGANISERS,
            kept=KEPT,
            fields="content",
            stays=_("Works with other authors keep theirs, without your name."),
        ),
    )
    datamap.registry.register(
        "contests.appeal",
        Table(
            what=_("Appeals against a result"),
            why=datamap.DUTY,
            seen_by=datamap.ORGANISERS,
            kept=KEPT,
            fields="text answer",
            stays=_("That there was one, where the work has other authors."),
        ),
    )
    datamap.registry.register(
        "contests.invitation",
        Table(
            what=_("Invitations into a group of authors"),
            why=datamap.CONSENT,
            seen_by=datamap.ORGANISERS,
            kept=_("30 days when nobody answers"),
            fields="full_name email address_key",
            plain="token_hash",
        ),
    )


def _families_and_judges() -> None:
    datamap.registry.register(
        "contests.signedform",
        Table(
            what=_("Forms signed on paper by a guardian"),
            why=_("Proof of a guardian's consent"),
            seen_by=datamap.ORGANISERS,
            kept=_("As long as the child's record"),
            fields="child guardian_name relation file name reason",
            plain="media_type",
        ),
    )
    datamap.registry.register(
        "contests.judgeassignment",
        Table(
            what=_("Works you judge or judged"),
            why=datamap.DUTY,
            seen_by=datamap.ORGANISERS,
            kept=_("With the contest"),
            fields="judge conflict comment draft",
            plain="blind_code",
            stays=_("Scores and remarks, under an account without a name."),
        ),
    )
    datamap.registry.register(
        "contests.ballot",
        Table(
            what=_("Ballots you cast"),
            why=datamap.CONSENT,
            seen_by=_("Only you; of the count all"),
            kept=_("With the contest"),
            fields="account voter network",
            stays=_("A ballot without a voter, where the vote is over."),
        ),
    )
    datamap.registry.register(
        "contests.voteletter",
        Table(
            what=_("Letters that prove a ballot"),
            why=datamap.CONSENT,
            seen_by=datamap.ONLY_YOU,
            kept=_("As long as the vote"),
            fields="account voter picks network",
            plain="token_hash",
        ),
    )
