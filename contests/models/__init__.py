"""Innovation contests: from the rules to the results."""

from contests.models.appeal import Appeal
from contests.models.award import Award
from contests.models.ballot import (
    Ballot,
    EntryPicture,
    Pick,
    SetAside,
    VoteCount,
    VoteLetter,
)
from contests.models.code import CODE_LETTERS, new_code
from contests.models.contest import (
    MAX_PICKS,
    MAX_VOTE_WEIGHT,
    MEGABYTE,
    Contact,
    Contest,
    Division,
    Field,
    Prize,
)
from contests.models.entry import Author, Entry
from contests.models.entry_file import EntryFile, entry_file_path
from contests.models.invitation import Invitation
from contests.models.judging import JudgeAssignment, Score
from contests.models.question import EntryAnswer, EntryQuestion
from contests.models.ranking import RankingRun, Shortlisted
from contests.models.round import Criterion, Round, Rubric
from contests.models.signed_form import SignedForm
from contests.models.version import EntryVersion, VersionFile

__all__ = [
    "CODE_LETTERS",
    "MAX_PICKS",
    "MAX_VOTE_WEIGHT",
    "MEGABYTE",
    "Appeal",
    "Author",
    "Award",
    "Ballot",
    "Contact",
    "Contest",
    "Criterion",
    "Division",
    "Entry",
    "EntryAnswer",
    "EntryFile",
    "EntryPicture",
    "EntryQuestion",
    "EntryVersion",
    "Field",
    "Invitation",
    "JudgeAssignment",
    "Pick",
    "Prize",
    "RankingRun",
    "Round",
    "Rubric",
    "Score",
    "SetAside",
    "Shortlisted",
    "SignedForm",
    "VersionFile",
    "VoteCount",
    "VoteLetter",
    "entry_file_path",
    "new_code",
]
