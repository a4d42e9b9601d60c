"""What the tables of certificates tell of people."""

from django.utils.translation import gettext_lazy as _

from members import datamap
from members.datamap import Table


def register() -> None:
    datamap.registry.register(
        "certificates.certificate",
        Table(
            what=_("Certificates"),
            why=_("A register of certificates (Decree 30/2020/ND-CP on records)"),
            seen_by=_("You, the issuer; whoever has the code, to verify it"),
            kept=_("For good: name, course and number"),
            fields="person name of_unit merit",
            plain="about suffix code course extent venue above issuer place reason",
            stays=_(
                "Number, course and dates in the register, revoked and without name: "
                "a register must be kept whole."
            ),
        ),
    )
    datamap.marks("certificates.certificate", "issued_by revoked_by")
    datamap.offices("certificates.certificate", "signer_title signer_name")
    datamap.registry.register(
        "certificates.batchentry",
        Table(
            what=_("Certificates that were asked for"),
            why=datamap.DUTY,
            seen_by=_("The issuer"),
            kept=datamap.WITH_THE_PERSON,
            fields="person name merit",
            plain="error",
        ),
    )
    datamap.registry.register(
        "certificates.certificatebatch",
        Table(
            what=_("Files of many certificates, to print"),
            why=datamap.DUTY,
            seen_by=_("The issuer"),
            kept=_("30 days"),
            fields="archive",
            plain="about course facts contents",
        ),
    )
    datamap.marks("certificates.certificatebatch", "asked_by")
    datamap.offices("certificates.issuer", "signer_title signer_name")
