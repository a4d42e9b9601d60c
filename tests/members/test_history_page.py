"""The History page: readable, complete, and only for those who may see the row."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.utils import translation

from members.models import Person, Role, Unit
from news import actions as news_actions
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.news import ArticleFactory
from tests.factories.teams import MemberFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    return UnitFactory(name="Tỉnh đoàn")


@pytest.fixture
def admin(client, root):
    user = AssignmentFactory(
        role=Role.PROVINCE_ADMIN, unit=root, user__person__full_name="Hoàng Quản Trị"
    ).user
    client.force_login(user)
    client.user = user
    return client


def url(row) -> str:
    return f"/quan-tri/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/history/"


def items(client, row, query="") -> list:
    response = client.get(url(row) + query)
    assert response.status_code == 200
    return response.context["page"].object_list


def told(item) -> dict:
    return {change.label: (change.before, change.after) for change in item.changes}


def test_a_change_says_who_and_from_what_to_what(admin, root):
    person = PersonFactory(unit=UnitFactory(name="Đoàn xã Văn Lang", parent=root))
    other = UnitFactory(name="Đoàn xã Yên Bình", parent=root)
    data = {
        "full_name": person.full_name,
        "birth_date": "05/03/2001",
        "unit": other.pk,
        "phone": "0912 345 678",
        "guardians-TOTAL_FORMS": 0,
        "guardians-INITIAL_FORMS": 0,
    }
    admin.post(url(person).replace("history", "change"), data)
    changed, made = items(admin, person)
    assert (changed.what, changed.who) == ("Đã sửa", "Hoàng Quản Trị")
    assert told(changed)["Ngày sinh"] == ("19/05/2000", "05/03/2001")
    assert told(changed)["Đơn vị"] == ("Đoàn xã Văn Lang", "Đoàn xã Yên Bình")
    assert told(changed)["Điện thoại"] == ("—", "0912 345 678")
    assert (made.what, made.who) == ("Đã tạo", "")
    assert told(made)["Họ và tên"] == ("—", person.full_name)


def test_choices_and_yes_and_no_are_words(admin, root):
    member = MemberFactory(team__unit=root)
    member.is_union_member, member.role = True, "leader"
    member.save()
    changed = items(admin, member.team)[0]
    assert changed.about.endswith(f": {member.person}")
    assert set(told(changed).values()) == {("Không", "Có"), ("Thành viên", "Tổ trưởng")}


def test_what_the_buttons_log_stands_between_the_events(admin, now, root):
    article = ArticleFactory(unit=root)
    news_actions.submit(article=article, by=admin.user, now=now)
    LogEntry.objects.log_actions(
        admin.user.pk, [article], CHANGE, change_message=[{"changed": {}}]
    )
    found = items(admin, article)
    log = LogEntry.objects.exclude(change_message__startswith="[").get()
    assert sorted(item.what for item in found) == sorted(
        [log.change_message, "Đã sửa", "Đã tạo"]
    )


def test_of_a_long_text_the_place_that_changed_is_shown(admin, root):
    same = "Nhà văn hóa thôn sáng đèn từ lúc bảy giờ tối. " * 20
    article = ArticleFactory(unit=root, body=f"<p>{same}Ba chiếc bàn.</p>")
    article.body = f"<p>{same}Bốn chiếc bàn.</p>"
    article.save()
    before, after = told(items(admin, article)[0])["Nội dung"]
    assert before.startswith("… ")
    assert before.endswith("Ba chiếc bàn.")
    assert after.endswith("Bốn chiếc bàn.")
    assert len(after) < 200


def test_the_roles_of_an_account_are_its_history(admin, root):
    held = AssignmentFactory(role=Role.EDITOR, unit=root)
    held.delete()
    gone, made = items(admin, held.user)
    assert (gone.what, made.what) == ("Đã xóa", "Đã tạo")
    assert "Biên tập" in made.about


def test_a_long_history_has_pages_and_no_change_is_lost_between_them(admin, root):
    unit = UnitFactory(parent=root)
    for number in range(30):
        Unit.objects.filter(pk=unit.pk).update(name=f"Tên {number}")
    first, second = items(admin, unit), items(admin, unit, "?page=2")
    assert (len(first), len(second)) == (25, 6)
    assert told(first[-1])["Tên"] == ("Tên 4", "Tên 5")
    assert told(second[0])["Tên"] == ("Tên 3", "Tên 4")
    assert admin.get(url(unit) + "?page=3").status_code == 404


def test_one_event_or_many_take_the_same_queries(
    admin, root, django_assert_num_queries
):
    few, many = TeamFactory(unit=root), TeamFactory(unit=root)
    MemberFactory(team=few)
    for _number in range(3):
        MemberFactory(team=many)
        many.name += "!"
        many.save()
    items(admin, few)  # content types are remembered from here on
    for row in (few, many):
        with django_assert_num_queries(17):
            items(admin, row)


def test_a_secretary_reads_the_history_of_the_own_people_only(client, root):
    mine, other = UnitFactory(parent=root), UnitFactory(parent=root)
    client.force_login(AssignmentFactory(role=Role.UNIT_SECRETARY, unit=mine).user)
    assert items(client, PersonFactory(unit=mine))
    stranger = PersonFactory(unit=other, full_name="Người Xã Khác")
    response = client.get(url(stranger), follow=True)
    assert "Người Xã Khác" not in response.content.decode()
    client.force_login(UserFactory())
    assert client.get(url(stranger)).status_code in {302, 403}


def test_a_row_older_than_the_history_says_so(admin, root):
    kind = UnitFactory().kind
    with translation.override("vi"):
        html = admin.get(url(kind)).content.decode()
    assert "Chưa có thay đổi nào" in html
    assert Person.objects.exists()
