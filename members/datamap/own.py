"""What the tables of people, accounts and letters tell; and those of the packages."""

from django.utils.translation import gettext_lazy as _

from members import datamap
from members.datamap import Table


def register() -> None:
    _people()
    _families()
    _accounts()
    _letters()
    datamap.offices(
        "content.siteidentity", "owner responsible address contact_phone contact_email"
    )


def _people() -> None:
    datamap.registry.register(
        "members.person",
        Table(
            what=_("Your record: name, date of birth, contact, unit"),
            why=datamap.CONSENT,
            seen_by=datamap.SELF_AND_UNIT,
            kept=datamap.WITH_THE_PERSON,
            fields="full_name sort_name birth_date birth_year phone email unit "
            "member_code",
            stays=_(
                "A record without name, date of birth, contact and unit, where figures "
                "or results point to it."
            ),
        ),
    )
    datamap.registry.register(
        "members.datarequest",
        Table(
            what=_("Requests about your data"),
            why=_("Decree 356/2025/ND-CP: requests are answered in time"),
            seen_by=datamap.SELF_AND_UNIT,
            kept=_("24 months after the answer"),
            fields="person text answer file",
            plain="reason_to_extend",
            stays=_("That a request was made and carried out, without words of it."),
        ),
    )
    datamap.marks("members.datarequest", "entered_by decided_by")
    datamap.registry.register(
        "members.erasure",
        Table(
            what=_("The ledger of erasures: numbers, no names"),
            why=_("So that a restored backup does not bring back what was deleted"),
            seen_by=datamap.PROVINCE,
            kept=_("As long as there are backups"),
            fields="person",
            plain="digest",
            stays=_("The number of the deleted record."),
        ),
    )


def _families() -> None:
    datamap.registry.register(
        "members.guardian",
        Table(
            what=_("Parents and guardians of a child"),
            why=datamap.CONSENT,
            seen_by=datamap.SELF_AND_UNIT,
            kept=_("As long as the child's record"),
            fields="child full_name relation phone email",
        ),
    )
    datamap.registry.register(
        "members.guardianrequest",
        Table(
            what=_("Questions to guardians and their answers"),
            why=_("Proof of a guardian's consent"),
            seen_by=datamap.ORGANISERS,
            kept=_("As long as the child's record"),
            fields="child guardian address_key matter signed_name about",
            plain="text_version token_hash withdraw_hash",
        ),
    )
    datamap.marks("members.guardianrequest", "asked_by")
    datamap.registry.register(
        "members.consent",
        Table(
            what=_("What you agreed to, when and how"),
            why=_("Proof of consent (Law 91/2025/QH15, article 9)"),
            seen_by=datamap.SELF_AND_UNIT,
            kept=datamap.WITH_THE_PERSON,
            fields="person guardian about",
            plain="text_version",
        ),
    )
    datamap.marks("members.consent", "recorded_by")


def _accounts() -> None:
    datamap.registry.register(
        "members.user",
        Table(
            what=_("Your account"),
            why=_("Signing in"),
            seen_by=datamap.SELF_AND_UNIT,
            kept=datamap.WITH_THE_PERSON,
            fields="email person password",
            stays=_(
                "For judges and staff an account without name and address, locked, so "
                "that scores and the log of changes keep their author's number."
            ),
        ),
    )
    datamap.registry.register(
        "members.assignment",
        Table(
            what=_("Roles you hold or held"),
            why=datamap.DUTY,
            seen_by=datamap.SELF_AND_UNIT,
            kept=_("As long as the account"),
            fields="user",
        ),
    )
    datamap.registry.register(
        "members.roleinvitation",
        Table(
            what=_("Invitations into a role"),
            why=datamap.DUTY,
            seen_by=datamap.SELF_AND_UNIT,
            kept=_("A month after it ran out; with the account when accepted"),
            fields="email accepted_by",
            plain="token_hash",
        ),
    )
    datamap.marks("members.roleinvitation", "invited_by")
    datamap.registry.register(
        "members.memberlistrun",
        Table(
            what=_("Lists of members that were brought in"),
            why=datamap.DUTY,
            seen_by=_("Whoever brings the list in"),
            kept=_("The rows until the list is carried out, the run 12 months"),
            fields="name answers found outcome",
            plain="token language",
        ),
    )
    datamap.marks("members.memberlistrun", "user")
    datamap.registry.register(
        "members.signincard",
        Table(
            what=_("Cards to sign in with"),
            why=_("Signing in without email"),
            seen_by=datamap.SELF_AND_UNIT,
            kept=datamap.WITH_THE_PERSON,
            fields="person code_hash browser_hash",
        ),
    )
    datamap.marks("members.signincard", "issued_by")
    datamap.registry.register(
        "members.accessnote",
        Table(
            what=_("The log of who took personal data out of the portal"),
            why=datamap.SECURITY,
            seen_by=datamap.PROVINCE,
            kept=_("12 months"),
            fields="by by_name what",
            plain="kind about",
            stays=_("What was taken out, by which account number."),
        ),
    )
    datamap.registry.register(
        "members.breachperson",
        Table(
            what=_("Breaches of data that touched you, and the letter about it"),
            why=_("Telling everybody whom a breach touches (Law 91/2025/QH15)"),
            seen_by=datamap.PROVINCE,
            kept=datamap.WITH_THE_PERSON,
            fields="person",
        ),
    )
    datamap.marks("members.breach", "created_by")
    datamap.marks("members.breachnotice", "user")
    datamap.marks("members.consenttext", "made_by")
    datamap.marks("members.unitchange", "planned_by ended_by")
    datamap.registry.register(
        "members.unitchangeplace",
        Table(
            what=_("To which part you go when your unit is split"),
            why=datamap.DUTY,
            seen_by=datamap.PROVINCE,
            kept=datamap.WITH_THE_PERSON,
            fields="person",
        ),
    )
    datamap.registry.register(
        "account.emailaddress",
        Table(
            what=_("Addresses that sign into your account"),
            why=_("Signing in"),
            seen_by=datamap.ONLY_YOU,
            kept=_("As long as the account"),
            fields="user email",
        ),
    )
    datamap.registry.register(
        "mfa.authenticator",
        Table(
            what=_("Passkeys, authenticator app, recovery codes"),
            why=datamap.SECURITY,
            seen_by=datamap.ONLY_YOU,
            kept=_("As long as the account"),
            fields="user data",
        ),
    )
    datamap.registry.register(
        "socialaccount.socialaccount",
        Table(
            what=_("Accounts of other sites that you sign in with"),
            why=_("Signing in"),
            seen_by=datamap.ONLY_YOU,
            kept=_("As long as the account"),
            fields="user uid extra_data",
        ),
    )
    datamap.registry.register(
        "usersessions.usersession",
        Table(
            what=_("With which devices and from where you signed in"),
            why=datamap.SECURITY,
            seen_by=datamap.ONLY_YOU,
            kept=_("Until the night after the session has ended"),
            fields="user ip user_agent",
        ),
    )
    datamap.registry.register(
        "sessions.session",
        Table(
            what=_("Where you are signed in"),
            why=_("Signing in"),
            seen_by=datamap.ONLY_YOU,
            kept=_("14 days after the last visit"),
            fields="session_data",
        ),
    )
    datamap.registry.register(
        "admin.logentry",
        Table(
            what=_("What staff changed in the administration"),
            why=datamap.DUTY,
            seen_by=datamap.SELF_AND_UNIT,
            kept=_("As long as the portal runs; names are blanked with the person"),
            fields="user object_repr change_message",
            stays=_("What was changed and when, by which account number."),
        ),
    )


def _letters() -> None:
    datamap.registry.register(
        "mail.letter",
        Table(
            what=_("Letters we sent you"),
            why=_("Sending what you asked for or must know"),
            seen_by=_("You and the province's administration, secret ones nobody"),
            kept=_("The text 30 days, the line in the outbox 24 months"),
            fields="address address_key recipient subject text html headers "
            "attachments",
            plain="kind channel about_type language dedupe_key fingerprint error "
            "message_id",
        ),
    )
    datamap.registry.register(
        "mail.preference",
        Table(
            what=_("Which letters an address does not want"),
            why=_("Your wish"),
            seen_by=datamap.PROVINCE,
            kept=datamap.WITH_THE_PERSON,
            fields="address_key",
            plain="kind",
        ),
    )
    datamap.registry.register(
        "mail.suppression",
        Table(
            what=_("Addresses that nothing is sent to"),
            why=_("Letters to them came back, or their owner asked"),
            seen_by=datamap.PROVINCE,
            kept=datamap.WITH_THE_PERSON,
            fields="address_key detail",
        ),
    )
    datamap.registry.register(
        "content.upload",
        Table(
            what=_("Files that are still on their way"),
            why=_("Handing in a file over a weak network"),
            seen_by=datamap.ONLY_YOU,
            kept=_("A few days"),
            fields="name metadata",
            plain="key purpose about sentence",
        ),
    )
