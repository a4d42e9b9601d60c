"""Innovation contests: from the rules to the results."""

from contests.models.award import Award
from contests.models.code import CODE_LETTERS, new_code
from contests.models.contest import MEGABYTE, Contest, Division
from contests.models.entry import Author, Entry
from contests.models.entry_file import EntryFile, entry_file_path
from contests.models.invitation import Invitation
from contests.models.judging import JudgeAssignment, Score
from contests.models.question import EntryAnswer, EntryQuestion
from contests.models.round import Criterion, Round
from contests.models.signed_form import SignedForm
from contests.models.version import EntryVersion

__all__ = [
    "CODE_LETTERS",
    "MEGABYTE",
    "Author",
    "Award",
    "Contest",
    "Criterion",
    "Division",
    "Entry",
    "EntryAnswer",
    "EntryFile",
    "EntryQuestion",
    "EntryVersion",
    "Invitation",
    "JudgeAssignment",
    "Round",
    "Score",
    "SignedForm",
    "entry_file_path",
    "new_code",
]
