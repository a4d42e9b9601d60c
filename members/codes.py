"""When two spellings of a member code are one."""

from vietnam.fold import fold


def code_key(code: str) -> str:
    """A member code for comparison: "tn-0123 45" and "TN012345" are the same."""
    return "".join(filter(str.isalnum, fold(code))).upper()
