"""Key figures for tests. The pages of the site are there from the migration on."""

import factory
from factory.django import DjangoModelFactory

from portal.models import KeyFigure


class KeyFigureFactory(DjangoModelFactory):
    class Meta:
        model = KeyFigure

    value = "trên 80 nghìn"
    unit = "người"
    label = factory.Sequence(lambda number: f"thanh niên ở huyện {number}")
    year = 2025
    source = "Niên giám thống kê tỉnh"
    order = factory.Sequence(lambda number: number % 1000)
