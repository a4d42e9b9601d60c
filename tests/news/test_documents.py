"""Finding documents, and who has confirmed that they read one."""

import pytest
import time_machine
from django.urls import reverse

from members import desk
from members.models import Role
from news.models import DocumentReceipt
from tests.factories import kinds
from tests.factories.members import AssignmentFactory, UnitFactory

pytestmark = pytest.mark.django_db
LIST = "/tin-tuc/van-ban/"


@pytest.fixture(autouse=True)
def _frozen(now, settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    with time_machine.travel(now, tick=False):
        yield


def titles(response) -> list[str]:
    return [article.title for article, _document in response.context["rows"]]


class TestList:
    def test_finds_by_number_words_issuer_and_year(self, client):
        plan = kinds.document(title="Kế hoạch tháng Ba")
        other = kinds.document(
            title="Công văn cũ",
            details={
                "number": "7-CV",
                "issuer": "Đoàn xã A",
                "issued_on": "2024-01-02",
                "type": "Công văn",
                "file_name": "cong-van.docx",
            },
        )
        assert titles(client.get(LIST)) == [plan.title, other.title]
        for asked, found in (
            ({"q": "ke hoach"}, plan),
            ({"q": "123-KH/TĐTN"}, plan),
            ({"q": "7-CV"}, other),
            ({"issuer": "Đoàn xã A"}, other),
            ({"year": "2026"}, plan),
        ):
            assert titles(client.get(LIST, asked)) == [found.title], asked

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_queries_do_not_grow(self, client, django_assert_num_queries, number):
        for _each in range(number):
            kinds.document()
        with django_assert_num_queries(4):
            assert len(titles(client.get(LIST))) == number

    @pytest.mark.parametrize(
        "asked", [{"year": "hai"}, {"year": "3026"}, {"page": "9"}]
    )
    def test_what_makes_no_sense_is_not_found(self, client, asked):
        assert client.get(LIST, asked).status_code == 404

    def test_says_what_to_do_when_nothing_is_found(self, client):
        assert client.get(LIST).status_code == 200
        html = client.get(LIST, {"q": "khongco", "issuer": "<blink>"}).content.decode()
        assert "Không có văn bản nào như vậy" in html
        assert "<blink>" not in html


class TestReceipts:
    @pytest.fixture
    def tree(self):
        province = UnitFactory()
        return province, UnitFactory(parent=province), UnitFactory(parent=province)

    @pytest.fixture
    def secretary(self, tree):
        return AssignmentFactory(role=Role.UNIT_SECRETARY, unit=tree[1]).user

    def url(self, article) -> str:
        return reverse("news:document_receipt", args=[article.pk])

    def test_a_secretary_confirms_for_their_unit_once(
        self, client, tree, secretary, now
    ):
        article = kinds.document()
        client.force_login(secretary)
        waiting = [task.label for task in desk.tasks(secretary, now)]
        assert "Văn bản cần đọc và xác nhận" in waiting
        for _click in range(2):
            assert client.post(self.url(article)).status_code == 302
        receipt = DocumentReceipt.objects.get()
        assert (receipt.unit, receipt.user, receipt.at) == (tree[1], secretary, now)
        assert not [t for t in desk.tasks(secretary, now) if "xác nhận" in t.label]

    def test_each_sees_the_silent_units_of_their_own_branch(
        self, client, tree, secretary
    ):
        article = kinds.document()
        admin = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=tree[0]).user
        for user, silent in ((secretary, {tree[1]}), (admin, {tree[1], tree[2]})):
            client.force_login(user)
            response = client.get(self.url(article))
            assert set(response.context["page"]) == silent
            assert response.context["asked"] == len(silent)

    def test_the_province_reads_the_list_but_confirms_for_nobody(self, client, tree):
        admin = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=tree[0]).user
        client.force_login(admin)
        assert client.post(self.url(kinds.document())).status_code == 403
        assert not DocumentReceipt.objects.exists()

    def test_others_have_no_business_here(self, client, tree):
        article = kinds.document()
        assert client.get(self.url(article)).status_code == 302
        helper = AssignmentFactory(role=Role.HELPER, unit=tree[1]).user
        client.force_login(helper)
        assert client.get(self.url(article)).status_code == 403
        assert client.get(reverse("news:receipts")).status_code == 403

    def test_a_document_that_asks_nobody_has_no_such_page(self, client, secretary):
        article = kinds.document(details={"confirmed": False})
        client.force_login(secretary)
        assert client.get(self.url(article)).status_code == 404

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_queries_of_the_list_do_not_grow(
        self, client, secretary, django_assert_max_num_queries, number
    ):
        for _each in range(number):
            kinds.document()
        client.force_login(secretary)
        with django_assert_max_num_queries(12):
            response = client.get(reverse("news:receipts"))
        assert len(titles(response)) == number
