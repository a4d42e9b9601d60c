"""The public vote in a real browser: on a narrow phone, without scripts."""

import pytest
from django.urls import reverse

from content import clock
from contests.models import Ballot
from tests.factories.members import UserFactory
from tests.factories.voting import NAME, PICTURE, a_photo, a_vote, a_work


@pytest.fixture(autouse=True)
def _private_root(tmp_path, settings):
    settings.PRIVATE_ROOT = tmp_path / "private"


def test_from_the_gallery_to_a_vote_without_scripts(visit):
    contest = a_vote(clock.now())
    work = a_work(contest, title="Chợ phiên trong túi áo")
    a_work(contest, title="Bản đồ sóng yếu")
    window = visit(width=360, script=False, user=UserFactory())
    page = window.to(reverse("contests:works", args=[contest.slug]))
    page.click("text=Chợ phiên trong túi áo")
    page.click("main .button")
    assert page.is_checked(f'[name="picks"][value="{work.pk}"]')
    page.click('main form.form button[type="submit"]')
    page.wait_for_selector(".notice >> text=Chợ phiên trong túi áo")
    [ballot] = Ballot.objects.all()
    assert [pick.entry for pick in ballot.picks.all()] == [work]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_gallery_work_and_ballot_at_both_ends_of_the_widths(visit, scheme):
    contest = a_vote(clock.now(), vote_picks=3)
    work = a_work(contest, purposes=(NAME, PICTURE))
    a_photo(work)
    slug = contest.slug
    addresses = [
        reverse("contests:works", args=[slug]),
        reverse("contests:work", args=[slug, work.pk]),
        reverse("contests:vote", args=[slug]),
    ]
    for width in (360, 1280):
        window = visit(width=width, scheme=scheme)
        for address in addresses:
            window.to(address)
            window.nothing_is_wrong()
