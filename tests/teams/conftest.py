import pytest

from members.models import Role
from tests.factories.members import AssignmentFactory, UnitFactory, UnitKindFactory


@pytest.fixture
def tree():
    """A province with two communes, a branch in one of them, and a school."""
    kinds = {
        code: UnitKindFactory(code=code, name=code, order=order)
        for order, code in enumerate(["tinh", "xa", "truong", "chi_doan"])
    }

    def unit(key, kind, name, short, parent=None):
        return UnitFactory(
            slug=key, kind=kinds[kind], name=name, short_name=short, parent=parent
        )

    root = unit("tinh-doan", "tinh", "Tỉnh đoàn Bắc Kạn", "Tỉnh đoàn")
    cam_giang = unit("cam-giang", "xa", "Đoàn xã Cẩm Giàng", "xã Cẩm Giàng", root)
    return {
        "root": root,
        "cam-giang": cam_giang,
        "con-minh": unit("con-minh", "xa", "Đoàn xã Côn Minh", "xã Côn Minh", root),
        "na-tu": unit(
            "cam-giang-thon-na-tu",
            "chi_doan",
            "Chi đoàn thôn Nà Tu",
            "thôn Nà Tu, Cẩm Giàng",
            cam_giang,
        ),
        "school": unit("thpt", "truong", "Đoàn Trường THPT Na Rì", "THPT Na Rì", root),
    }


@pytest.fixture
def coordinator(tree):
    """Looks after the teams of the whole province."""
    return AssignmentFactory(role=Role.TEAM_COORDINATOR, unit=tree["root"]).user


@pytest.fixture
def local_coordinator(tree):
    """Looks after the teams of one commune."""
    return AssignmentFactory(role=Role.TEAM_COORDINATOR, unit=tree["cam-giang"]).user
