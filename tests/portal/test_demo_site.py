import pytest

from content import clock
from content.models import SiteIdentity
from portal.demo import World, site, units
from portal.models import KeyFigure

pytestmark = pytest.mark.django_db


def test_twice_is_once_and_what_was_changed_meanwhile_stays():
    world = World(now=clock.now())
    units.load(world)
    site.load(world)
    SiteIdentity.objects.update(name="Tên đã sửa")
    site.load(world)
    assert SiteIdentity.objects.get().name == "Tên đã sửa"
    assert KeyFigure.objects.count() == len(site.FIGURES)
    for row in KeyFigure.objects.all():
        row.full_clean()
    SiteIdentity.objects.get().full_clean()
