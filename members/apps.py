from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members")

    def ready(self) -> None:
        from mail import access, kinds, reminders
        from members import (
            access_log,
            accounts,
            desk,
            desk_tasks,
            digest,
            guardian_letters,
            history,
            invitation_letters,
            keeping,
            merge,
            permissions,
            privacy,
            samples,
        )
        from members.breaches import letters as breach_letters
        from members.breaches import people as breach_people
        from members.datamap import own as own_tables
        from members.mydata import desk as data_desk
        from members.mydata import letters as data_letters
        from members.mydata import people as data_people
        from members.units import people as unit_people

        for letter in accounts.LETTERS:
            kinds.register(letter.kind, kinds.LetterKind(label=letter.label))

        access.registry.register(
            "members", lambda user: permissions.everywhere(user, "mail.read")
        )
        guardian_letters.register_kinds()
        breach_letters.register_kinds()
        invitation_letters.register_kinds()
        digest.register()
        samples.register()
        desk_tasks.register()
        own_tables.register()
        keeping.register()
        data_letters.register_kinds()
        desk.registry.register("members.datarequest", data_desk.RequestTasks())
        reminders.registry.register("members.datarequest", data_desk.DueRequests())

        # Cards before accounts: see MergeCards.
        merge.registry.register("members.signincard", merge.MergeCards())
        merge.registry.register("members.user", merge.MergeAccounts())
        merge.registry.register(
            "members.guardian", merge.Repoint("members.Guardian", "child")
        )
        merge.registry.register(
            "members.guardianrequest", merge.Repoint("members.GuardianRequest", "child")
        )
        merge.registry.register("members.consent", merge.MergeConsents())
        merge.registry.register(
            "mail.letter", merge.Repoint("mail.Letter", "recipient")
        )
        merge.registry.register("members.datarequest", data_people.MergeDataRequests())
        privacy.registry.register(
            "members.datarequest", data_people.DataRequestHolder()
        )
        # Consents before guardians: a guardian is protected while one names them.
        privacy.registry.register("members.consent", privacy.ConsentHolder())
        privacy.registry.register(
            "members.guardianrequest", privacy.GuardianRequestHolder()
        )
        privacy.registry.register("members.guardian", privacy.GuardianHolder())
        privacy.registry.register("members.signincard", privacy.SignInCardHolder())
        privacy.registry.register(
            "members.roleinvitation", privacy.RoleInvitationHolder()
        )
        privacy.registry.register("members.user", privacy.AccountHolder())
        privacy.registry.register("mail.letter", privacy.LetterHolder())
        placed = unit_people.PlacedPeople()
        privacy.registry.register("members.unitchangeplace", placed)
        merge.registry.register("members.unitchangeplace", placed)
        affected = breach_people.AffectedPeople()
        privacy.registry.register("members.breachperson", affected)
        merge.registry.register("members.breachperson", affected)
        notes = access_log.NotesOfPeople()
        privacy.registry.register("members.accessnote", notes)
        merge.registry.register("members.accessnote", notes)
        # Last, when all features are in: erasing and merging rows makes events too.
        for events in history.about_people():
            label = events.model._meta.label_lower
            privacy.registry.register(label, events)
            merge.registry.register(label, events)
