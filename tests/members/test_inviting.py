"""Somebody is invited into a role; nobody else can take it, and it ends."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from mail import kinds
from mail.models import Letter
from members import actions, invitation_letters, inviting, permissions, privacy
from members.inviting import EntryRefusal, Refusal, Refused
from members.models import Assignment, Role, RoleInvitation
from members.rules import Refusal as RuleRefusal
from members.rules import Refused as RuleRefused
from tests.factories.members import (
    AssignmentFactory,
    RoleInvitationFactory,
    UnitFactory,
    UserFactory,
)
from vietnam.dates import local_day

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    """Pages go by the clock, and invitations end."""
    time_machine.move_to(now, tick=False)


@pytest.fixture
def client(client):
    """Pages follow the language of the browser, letters the override above."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def province():
    return UnitFactory(name="Tỉnh đoàn")


@pytest.fixture
def commune(province):
    return UnitFactory(parent=province, name="Đoàn xã Nà Phặc")


@pytest.fixture
def boss(province):
    return AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=province).user


@pytest.fixture
def invite(boss, commune, now):
    def do(**given):
        asked = {
            "email": "Moi@Example.com",
            "role": Role.UNIT_SECRETARY,
            "unit": commune,
            "by": boss,
            "now": now,
        }
        return inviting.invite(**(asked | given))

    return do


def newest_token() -> str:
    letter = Letter.objects.filter(kind=invitation_letters.INVITE).latest("pk")
    return re.search(r"loi-moi/([\w-]+)/", letter.text)[1]


def why(call) -> object:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.reason


def test_the_letter_is_secret_and_leads_to_the_role(invite, commune, now):
    invitation = invite()
    letter = Letter.objects.get(kind=invitation_letters.INVITE)
    assert letter.secret
    assert letter.address == "moi@example.com"
    assert commune.name in letter.text
    newcomer = UserFactory(email="moi@example.com")

    inviting.accept(token=newest_token(), by=newcomer, now=now)

    assert permissions.may(newcomer, "people.manage", commune)
    newcomer.refresh_from_db()
    assert newcomer.is_staff
    invitation.refresh_from_db()
    assert invitation.accepted_by == newcomer


def test_only_a_digest_of_the_link_is_kept(invite):
    invitation = invite()
    assert newest_token() not in str(RoleInvitation.objects.filter().values().get())
    assert invitation.token_hash == inviting.digest(newest_token())


def test_another_account_cannot_use_the_link(invite, now):
    invite()
    other = UserFactory(email="khac@example.com")
    unproved = UserFactory(email="moi@example.com", verified=False)
    for user in (other, unproved):
        refusal = why(
            lambda user=user: inviting.accept(token=newest_token(), by=user, now=now)
        )
        assert refusal == EntryRefusal.OTHER_ADDRESS
    assert not Assignment.objects.filter(user__in=[other, unproved]).exists()


def test_a_second_click_finds_the_role_given_and_a_second_person_does_not(invite, now):
    invite()
    token, newcomer = newest_token(), UserFactory(email="moi@example.com")
    first = inviting.accept(token=token, by=newcomer, now=now)
    assert inviting.accept(token=token, by=newcomer, now=now) == first
    assert newcomer.assignments.count() == 1
    thief = UserFactory()
    refusal = why(lambda: inviting.accept(token=token, by=thief, now=now))
    assert refusal == EntryRefusal.USED


def test_the_role_given_up_is_not_taken_back_by_the_old_link(invite, now):
    invite()
    token, newcomer = newest_token(), UserFactory(email="moi@example.com")
    role = inviting.accept(token=token, by=newcomer, now=now)
    actions.end_role(assignment=role, now=now)
    refusal = why(lambda: inviting.accept(token=token, by=newcomer, now=now))
    assert refusal == EntryRefusal.USED


def test_it_works_until_its_time_is_over(invite, now):
    invite()
    newcomer, end = UserFactory(email="moi@example.com"), now + inviting.LIFETIME
    token = newest_token()
    refusal = why(lambda: inviting.accept(token=token, by=newcomer, now=end))
    assert refusal == EntryRefusal.EXPIRED
    assert inviting.accept(
        token=token, by=newcomer, now=end - dt.timedelta(microseconds=1)
    )


def test_taken_back_is_taken_back(invite, now):
    invitation = invite()
    assert inviting.revoke(invitation=invitation, now=now)
    assert not inviting.revoke(invitation=invitation, now=now)
    newcomer = UserFactory(email="moi@example.com")
    refusal = why(lambda: inviting.accept(token=newest_token(), by=newcomer, now=now))
    assert refusal == EntryRefusal.REVOKED
    letter = Letter.objects.get(kind=invitation_letters.INVITE)
    verdict = kinds.registry[letter.kind].recheck(letter, now)
    assert isinstance(verdict, kinds.Drop)


def test_sent_again_the_old_link_and_the_old_letter_end(invite, boss, now):
    invitation = invite()
    old, old_letter = newest_token(), Letter.objects.get(kind=invitation_letters.INVITE)
    again = inviting.resend(invitation=invitation, by=boss, now=now + DAY)
    assert again.pk == invitation.pk
    newcomer = UserFactory(email="moi@example.com")
    with pytest.raises(RoleInvitation.DoesNotExist):
        inviting.accept(token=old, by=newcomer, now=now + DAY)
    recheck = kinds.registry[old_letter.kind].recheck
    assert isinstance(recheck(old_letter, now + DAY), kinds.Drop)
    newest = Letter.objects.filter(kind=invitation_letters.INVITE).latest("pk")
    assert recheck(newest, now + DAY) is kinds.KEEP
    assert inviting.accept(token=newest_token(), by=newcomer, now=now + DAY)


def test_inviting_once_more_is_sending_again_and_not_without_end(invite, now):
    first = invite()
    for number in range(1, inviting.MAX_LETTERS):
        assert invite(now=now + number * DAY).pk == first.pk
    assert why(lambda: invite(now=now + 9 * DAY)) == Refusal.TOO_OFTEN
    assert Letter.objects.filter(kind=invitation_letters.INVITE).count() == 5


def test_who_may_invite_whom_into_what(invite, boss, commune, province, now):
    secretary = AssignmentFactory(role=Role.UNIT_SECRETARY, unit=commune).user
    local = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=commune).user
    holder = AssignmentFactory(role=Role.UNIT_SECRETARY, unit=commune).user
    closed = UnitFactory(parent=province, valid_to=local_day(now) - DAY)
    assert why(lambda: invite(by=secretary)) == Refusal.NOT_YOURS
    assert why(lambda: invite(by=local, unit=province)) == Refusal.NOT_YOURS
    assert why(lambda: invite(unit=closed)) == Refusal.UNIT_CLOSED
    assert why(lambda: invite(email="không phải")) == Refusal.ADDRESS
    assert why(lambda: invite(email="a@b.vn\nBcc: c@d.vn")) == Refusal.ADDRESS
    assert why(lambda: invite(email=holder.email)) == Refusal.HOLDS
    yesterday = local_day(now) - DAY
    assert why(lambda: invite(ends_on=yesterday)) == Refusal.ENDS_BEFORE
    assert invite(by=local)


def test_what_changed_meanwhile_is_said(invite, boss, commune, province, now):
    newcomer = UserFactory(email="moi@example.com")
    invite()
    token = newest_token()
    commune.valid_to = local_day(now) - DAY
    commune.save()
    refusal = why(lambda: inviting.accept(token=token, by=newcomer, now=now))
    assert refusal == EntryRefusal.UNIT_CLOSED
    commune.valid_to = None
    commune.save()
    boss.assignments.update(ends_on=local_day(now) - DAY)
    refusal = why(lambda: inviting.accept(token=token, by=newcomer, now=now))
    assert refusal == EntryRefusal.INVITER_LEFT


def test_the_role_ends_when_the_invitation_said(invite, commune, now):
    last = local_day(now) + 3 * DAY
    invite(ends_on=last)
    newcomer = UserFactory(email="moi@example.com")
    role = inviting.accept(token=newest_token(), by=newcomer, now=now)
    assert role.ends_on == last


def test_unanswered_addresses_are_forgotten_and_answers_stay(invite, now):
    invite()
    accepted = RoleInvitationFactory(accepted_at=now, accepted_by=UserFactory())
    end = now + inviting.LIFETIME + inviting.KEPT
    assert inviting.forget(now=end) == 0
    assert inviting.forget(now=end + DAY) == 1
    assert RoleInvitation.objects.get() == accepted


def test_an_erased_person_was_never_invited(invite, now):
    invite()
    newcomer = UserFactory(email="moi@example.com")
    inviting.accept(token=newest_token(), by=newcomer, now=now)
    held = privacy.export_person(newcomer.person)["members.roleinvitation"]
    assert [row["email"] for row in held] == ["moi@example.com"]
    privacy.erase_person(person=newcomer.person, now=now)
    assert not RoleInvitation.objects.exists()


# --- Pages ----------------------------------------------------------------------


def test_the_way_in_leads_back_to_the_invitation(client, invite, commune):
    invite()
    url = reverse("members:role_invitation", args=[newest_token()])
    html = client.get(url).content.decode()
    assert commune.name in html
    assert f"{reverse('account_signup')}?next=" in html
    newcomer = UserFactory(email="moi@example.com", person=None)
    client.force_login(newcomer)
    assert "Accept the role" in client.get(url).content.decode()
    response = client.post(url)
    # Whoever acts in the Union's name says who they are first.
    assert response.url.startswith(reverse("members:profile"))
    assert Assignment.objects.get(user=newcomer).unit == commune
    assert client.get(url).url == reverse("members:roles")


def test_a_stranger_is_told_which_address_and_cannot_press(client, invite):
    invite()
    url = reverse("members:role_invitation", args=[newest_token()])
    client.force_login(UserFactory())
    html = client.get(url).content.decode()
    assert "moi@example.com" in html
    assert "Accept the role" not in html
    client.post(url)
    assert RoleInvitation.objects.get().accepted_at is None


def test_a_dead_link_says_why(client, invite, now):
    inviting.revoke(invitation=invite(), now=now)
    response = client.get(reverse("members:role_invitation", args=[newest_token()]))
    assert response.status_code == 410
    assert "taken back" in response.content.decode()
    unknown = reverse("members:role_invitation", args=["khong-co"])
    assert client.get(unknown).status_code == 404


def test_a_role_is_given_up_by_its_holder_alone(client, commune, boss):
    mine = AssignmentFactory(role=Role.UNIT_SECRETARY, unit=commune)
    client.force_login(mine.user)
    assert "Give this role up" in client.get(reverse("members:roles")).content.decode()
    other = boss.assignments.get()
    assert client.get(reverse("members:role_leave", args=[other.pk])).status_code == 404
    client.post(reverse("members:role_leave", args=[other.pk]))
    assert permissions.may(type(boss).objects.get(pk=boss.pk), "units.manage")
    url = reverse("members:role_leave", args=[mine.pk])
    assert client.get(url).status_code == 200
    assert client.post(url).url == reverse("members:roles")
    assert client.post(url).url == reverse("members:roles")
    mine.user.refresh_from_db()
    assert not mine.user.is_staff


def test_the_last_province_admin_is_told_to_find_another_first(client, boss, province):
    role = boss.assignments.get()
    client.force_login(boss)
    url = reverse("members:role_leave", args=[role.pk])
    assert "Nobody else administers" in client.get(url).content.decode()
    response = client.post(url, follow=True)
    assert "Nobody else administers" in response.content.decode()
    role.refresh_from_db()
    assert role.ends_on is None
    second = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=province)
    client.post(url)
    role.refresh_from_db()
    assert role.ends_on
    assert second.user.is_active


# --- Roles that end -------------------------------------------------------------


@pytest.mark.parametrize("closed", [True, False])
def test_an_admin_whose_account_is_closed_does_not_count(boss, province, now, closed):
    other = AssignmentFactory(
        role=Role.PROVINCE_ADMIN, unit=province, user__is_active=not closed
    )
    assert other.pk
    if not closed:
        actions.end_role(assignment=boss.assignments.get(), now=now)
        return
    with pytest.raises(RuleRefused) as caught:
        actions.end_roles(user=boss, now=now)
    assert caught.value.reason == RuleRefusal.LAST_ADMIN


def test_all_roles_of_somebody_end_in_one_press(commune, boss, now):
    user = UserFactory()
    for role in (Role.UNIT_SECRETARY, Role.EDITOR):
        actions.assign_role(user=user, role=role, unit=commune, now=now)
    elsewhere = AssignmentFactory(user=user, role=Role.JUDGE, unit=UnitFactory())
    within = permissions.units_for(boss, "roles.assign").filter(pk=commune.pk)
    assert actions.end_roles(user=user, now=now, within=within) == 2
    assert actions.end_roles(user=user, now=now, within=within) == 0
    elsewhere.refresh_from_db()
    assert elsewhere.ends_on is None
    user.refresh_from_db()
    assert not user.is_staff


def test_no_new_role_in_a_unit_that_has_ended(now):
    unit = UnitFactory(valid_to=local_day(now) - DAY)
    with pytest.raises(RuleRefused) as caught:
        actions.assign_role(user=UserFactory(), role=Role.EDITOR, unit=unit, now=now)
    assert caught.value.reason == RuleRefusal.UNIT_CLOSED
    held = AssignmentFactory(role=Role.EDITOR, unit=unit)
    actions.assign_role(
        user=held.user, role=Role.EDITOR, unit=unit, ends_on=local_day(now), now=now
    )


def test_the_flag_follows_roles_that_ran_out(commune, boss, now):
    role = AssignmentFactory(role=Role.EDITOR, unit=commune, ends_on=local_day(now))
    type(boss).objects.update(is_staff=True)
    assert actions.settle_staff(now=now) == 0
    assert actions.settle_staff(now=now + DAY) == 1
    role.user.refresh_from_db()
    assert not role.user.is_staff


def test_the_holder_hears_once_two_weeks_before(commune, now):
    from mail.reminders import queue_due

    last = local_day(now) + 20 * DAY
    role = AssignmentFactory(role=Role.EDITOR, unit=commune, ends_on=last)

    def letters():
        return Letter.objects.filter(kind=invitation_letters.ENDS)

    queue_due(now)
    assert not letters()
    queue_due(now + 8 * DAY)
    queue_due(now + 9 * DAY)
    letter = letters().get()
    assert letter.address == role.user.email
    assert f"{last:%d/%m/%Y}" in letter.text
    recheck = kinds.registry[letter.kind].recheck
    assert recheck(letter, now + 8 * DAY) is kinds.KEEP
    Assignment.objects.filter(pk=role.pk).update(ends_on=None)
    assert isinstance(recheck(letter, now + 8 * DAY), kinds.Drop)


# --- Admin ----------------------------------------------------------------------


@pytest.fixture
def admin_client(client, boss):
    client.force_login(boss)
    return client


def test_the_admin_invites_sends_again_and_takes_back(admin_client, commune):
    add = reverse("admin:members_roleinvitation_add")
    fields = {"email": "moi@example.com", "role": "editor", "unit": commune.pk}
    assert admin_client.post(add, fields | {"ends_on": ""}).status_code == 302
    invitation = RoleInvitation.objects.get()
    page = reverse("admin:members_roleinvitation_change", args=[invitation.pk])
    assert admin_client.get(page).status_code == 200
    listed = reverse("admin:members_roleinvitation_changelist")
    for action in ("send_again", "take_back"):
        chosen = {"action": action, "_selected_action": [invitation.pk]}
        admin_client.post(listed, chosen)
    invitation.refresh_from_db()
    assert invitation.letters == 2
    assert invitation.revoked_at
    for state in RoleInvitation.State.values:
        found = admin_client.get(listed, {"state": state}).content.decode()
        assert ("moi@example.com" in found) is (state == "revoked")


def test_the_admin_says_why_not(admin_client, province):
    closed = UnitFactory(parent=province, valid_to=dt.date(2025, 6, 30))
    add = reverse("admin:members_roleinvitation_add")
    fields = {"email": "moi@example.com", "role": "editor", "unit": closed.pk}
    html = admin_client.post(add, fields | {"ends_on": ""}).content.decode()
    assert "This unit has been closed" in html
    add = reverse("admin:members_assignment_add")
    fields = {"user": UserFactory().pk, "role": "editor", "unit": closed.pk}
    html = admin_client.post(add, fields).content.decode()
    assert "This unit has been closed" in html


def test_the_admin_ends_all_roles_but_the_last_admins(admin_client, boss, commune):
    role = AssignmentFactory(role=Role.EDITOR, unit=commune, user__person__unit=commune)
    listed = reverse("admin:members_user_changelist")
    chosen = {"action": "end_roles", "_selected_action": [role.user_id, boss.pk]}
    html = admin_client.post(listed, chosen, follow=True).content.decode()
    assert "Nobody else administers" in html
    role.refresh_from_db()
    assert role.ends_on
    assert boss.assignments.get().ends_on is None
    page = reverse("admin:members_user_change", args=[boss.pk])
    fields = {
        "person": boss.person_id,
        "assignments-TOTAL_FORMS": 0,
        "assignments-INITIAL_FORMS": 0,
    }
    html = admin_client.post(page, fields).content.decode()
    assert "Nobody else administers" in html


@pytest.mark.parametrize(
    "address",
    [
        '"lan"@example.com',
        "lan nguyen@example.com",
        "lan@exаmple.com",
        "lan@example.com\nBcc: all@example.com",
    ],
)
def test_nobody_is_invited_at_an_address_that_no_letter_reaches(
    boss, commune, now, address
):
    with pytest.raises(inviting.Refused) as refused:
        inviting.invite(email=address, role=Role.EDITOR, unit=commune, by=boss, now=now)
    assert refused.value.reason == inviting.Refusal.ADDRESS
    assert not RoleInvitation.objects.exists()
    assert not Letter.objects.exists()
