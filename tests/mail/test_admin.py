import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from mail.models import Letter, Suppression
from tests.factories.mail import LetterFactory, PreferenceFactory, SuppressionFactory
from tests.factories.members import AssignmentFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

FORGOTTEN = {"failed": True, "secret": True, "subject": "", "text": "", "html": ""}
LIST = reverse("admin:mail_letter_changelist")


def page_of(letter: Letter) -> str:
    return reverse("admin:mail_letter_change", args=[letter.pk])


@pytest.fixture
def staff(client):
    """The province admin at the root of the tree."""
    user = UserFactory()
    AssignmentFactory(user=user, role="province_admin", unit=UnitFactory(parent=None))
    client.force_login(user)
    return client


def test_list_says_what_failed_and_why(staff):
    LetterFactory(failed=True, address="a@example.com", error="550 no such user")
    page = staff.get(LIST).content.decode()
    assert "a@example.com" in page
    assert "550 no such user" in page


@pytest.mark.parametrize("count", [1, 3])
def test_list_needs_the_same_queries_for_any_number(
    staff, django_assert_num_queries, count
):
    LetterFactory.create_batch(count)
    staff.get(LIST)
    with django_assert_num_queries(6):
        staff.get(LIST)


def test_failed_letters_are_found_by_state_and_address(staff):
    LetterFactory(failed=True, address="a@example.com")
    LetterFactory(sent=True, address="b@example.com")
    page = staff.get(LIST, {"state__exact": "failed", "q": "a@"}).content.decode()
    assert "a@example.com" in page
    assert "b@example.com" not in page


def test_letter_is_read_and_never_changed(staff):
    letter = LetterFactory(text="Chào <b>bạn</b>")
    response = staff.get(page_of(letter))
    assert "Chào &lt;b&gt;bạn&lt;/b&gt;" in response.content.decode()
    assert staff.post(page_of(letter), {"text": "x"}).status_code == 403
    assert staff.get(reverse("admin:mail_letter_add")).status_code == 403
    delete = reverse("admin:mail_letter_delete", args=[letter.pk])
    assert staff.post(delete, {"post": "yes"}).status_code == 403


def test_secret_letter_shows_neither_subject_nor_text(staff):
    letter = LetterFactory(
        secret=True, subject="Mã 112233", text="112233", html="112233"
    )
    for page in (LIST, page_of(letter)):
        assert "112233" not in staff.get(page).content.decode()
    assert letter.address not in staff.get(LIST, {"q": "112233"}).content.decode()


@pytest.mark.parametrize(
    "question",
    ["text__contains=482", "subject__startswith=M", "html__regex=^.", "secret=1"],
)
def test_no_question_in_the_address_reads_a_secret_letter(staff, question):
    LetterFactory(secret=True, text="482913", subject="Mã", html="<p>482913</p>")
    assert staff.get(f"{LIST}?{question}").status_code == 400


def test_failed_letter_is_sent_once_more_by_a_button(staff):
    failed, sent = LetterFactory(failed=True), LetterFactory(sent=True)
    staff.post(
        LIST, {"action": "retry", "_selected_action": [failed.pk, sent.pk]}, follow=True
    )
    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.state, sent.state) == (Letter.State.QUEUED, Letter.State.SENT)


def test_waiting_letter_is_cancelled_by_a_button(staff):
    waits, sent = LetterFactory(), LetterFactory(sent=True)
    chosen = [waits.pk, sent.pk]
    staff.post(LIST, {"action": "cancel", "_selected_action": chosen}, follow=True)
    waits.refresh_from_db()
    sent.refresh_from_db()
    assert (waits.state, sent.state) == (Letter.State.SUPPRESSED, Letter.State.SENT)
    assert waits.reason == Letter.Reason.WITHDRAWN


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        ({}, "cancel"),
        ({"secret": True}, "cancel"),
        ({"failed": True}, "retry"),
        (FORGOTTEN, ""),
        ({"sent": True}, ""),
    ],
)
def test_a_letters_own_page_offers_what_can_be_done_to_it(staff, kind, act):
    letter = LetterFactory(**kind)
    text = staff.get(page_of(letter)).content.decode()
    for each in ("retry", "cancel"):
        assert (f'name="action" value="{each}"' in text) is (each == act)
    if act:
        staff.post(LIST, {"action": act, "_selected_action": letter.pk})
        letter.refresh_from_db()
        done = {"cancel": Letter.State.SUPPRESSED, "retry": Letter.State.QUEUED}
        assert letter.state == done[act]
        assert LogEntry.objects.filter(object_id=letter.pk).exists()


def test_letters_to_one_mail_provider_are_found(staff):
    LetterFactory(address="a@gmail.com")
    LetterFactory(address="b@example.com")
    page = staff.get(LIST, {"q": "@gmail.com"}).content.decode()
    assert "a@gmail.com" in page
    assert "b@example.com" not in page


def test_links_that_act_for_the_reader_are_not_shown(staff):
    key = "Zm9vYmFyYmF6cXV4:1tX:aB-cd_9"
    letter = LetterFactory(
        text=f"Hủy chỗ: https://x.example.com/tap-huan/lop-a/huy/{key}/ nhé.\n"
    )
    page = staff.get(page_of(letter)).content.decode()
    assert key not in page
    assert "https://x.example.com/tap-huan/lop-a/huy/…/" in page


def test_address_is_let_through_again_by_a_button(staff, now):
    gone = SuppressionFactory()
    where = reverse("admin:mail_suppression_changelist")
    staff.post(where, {"action": "lift", "_selected_action": [gone.pk]}, follow=True)
    assert not Suppression.objects.in_force().exists()
    assert LogEntry.objects.get().object_id == str(gone.pk)
    assert gone.address_key not in staff.get(where, {"lifted": "no"}).content.decode()


def test_wishes_are_listed_and_not_changed(staff):
    wish = PreferenceFactory()
    listed = staff.get(reverse("admin:mail_preference_changelist"))
    assert wish.address_key in listed.content.decode()
    page = reverse("admin:mail_preference_change", args=[wish.pk])
    assert staff.post(page, {"wanted": "on"}).status_code == 403


@pytest.mark.parametrize("role", ["unit_secretary", "editor", "training_organiser"])
def test_other_staff_do_not_read_letters(client, role):
    user = UserFactory()
    AssignmentFactory(user=user, role=role, unit=UnitFactory(parent=None))
    client.force_login(user)
    assert client.get(LIST).status_code == 403
    assert "mail/letter" not in client.get(reverse("admin:index")).content.decode()


def test_admin_of_one_branch_does_not_read_everybodys_letters(client):
    root = UnitFactory(parent=None)
    user = UserFactory()
    AssignmentFactory(user=user, role="province_admin", unit=UnitFactory(parent=root))
    client.force_login(user)
    assert client.get(LIST).status_code == 403
