"""The links in letters that work without signing in, each for one purpose only."""

from __future__ import annotations

import logging
from uuid import UUID

from django.conf import settings
from django.core import signing

from content.page_paths import page_path
from content.signer import Signer, sign

PARAMETER = "ma"
_CANCEL, _OFFER, _GROUP = "training.cancel", "training.offer", "training.group-offer"
_HAND_ON = "training.hand-on"
_OBJECT, _FEEDBACK = "training.object", "training.feedback"
_ASK = "training.ask"

log = logging.getLogger(__name__)


def cancel_token(code: UUID) -> str:
    """Names one sign-up and proves that we wrote it; good for cancelling only."""
    return _token(_CANCEL, code)


def code_of(token: str) -> UUID | None:
    """The sign-up's code, or None for a token that is not ours."""
    return _code(_CANCEL, token)


def cancel_url(slug: str, code: UUID) -> str:
    return _url("training:cancel", slug, cancel_token(code))


def offer_token(code: UUID) -> str:
    """Good for answering the offer to one sign-up and for nothing else."""
    return _token(_OFFER, code)


def offered_code_of(token: str) -> UUID | None:
    return _code(_OFFER, token)


def offer_url(slug: str, code: UUID) -> str:
    return _url("training:offer", slug, offer_token(code))


def group_offer_token(code: UUID) -> str:
    """Good for answering the offer to a whole list, whose code it is."""
    return _token(_GROUP, code)


def offered_group_code_of(token: str) -> UUID | None:
    return _code(_GROUP, token)


def group_offer_url(slug: str, code: UUID) -> str:
    return _url("training:group_offer", slug, group_offer_token(code))


def hand_on_token(code: UUID) -> str:
    """Good for taking the place of this sign-up over and for nothing else."""
    return _token(_HAND_ON, code)


def handed_on_code_of(token: str) -> UUID | None:
    return _code(_HAND_ON, token)


def take_over_url(slug: str, code: UUID) -> str:
    return _url("training:take_over", slug, hand_on_token(code))


def objection_token(code: UUID) -> str:
    """Good for taking one's name off a list and for nothing else."""
    return _token(_OBJECT, code)


def objecting_code_of(token: str) -> UUID | None:
    return _code(_OBJECT, token)


def objection_url(slug: str, code: UUID) -> str:
    return _url("training:objection", slug, objection_token(code))


def asked_token(code: UUID) -> str:
    """Good for telling what a session still asks of somebody and for nothing else."""
    return _token(_ASK, code)


def asked_code_of(token: str) -> UUID | None:
    return _code(_ASK, token)


def asked_url(slug: str, code: UUID) -> str:
    return settings.SITE_URL + asked_path(slug, code)


def asked_path(slug: str, code: UUID) -> str:
    """For a page of ours: whoever listed somebody may answer for them."""
    return _path("training:asked", slug, asked_token(code))


def feedback_token(code: UUID) -> str:
    """Good for giving feedback as somebody who was there and for nothing else."""
    return _token(_FEEDBACK, code)


def feedback_code_of(token: str) -> UUID | None:
    return _code(_FEEDBACK, token)


def feedback_url(slug: str, code: UUID) -> str:
    return _url("training:feedback", slug, feedback_token(code))


def _token(salt: str, code: UUID) -> str:
    return sign(salt, code.hex)


def _code(salt: str, token: str) -> UUID | None:
    try:
        return UUID(Signer(salt=salt).unsign(token))
    except (signing.BadSignature, ValueError):
        if token:
            # Not the token itself: it may be good for something else.
            log.warning("a link for %s that we did not write", salt)
        return None


def _url(name: str, slug: str, token: str) -> str:
    return settings.SITE_URL + _path(name, slug, token)


def _path(name: str, slug: str, token: str) -> str:
    return f"{page_path(name, slug)}?{PARAMETER}={token}"
