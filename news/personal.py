"""What the tables of news tell of people."""

from django.utils.translation import gettext_lazy as _

from members import datamap
from members.datamap import Table


def register() -> None:
    datamap.registry.register(
        "news.contribution",
        Table(
            what=_("Stories you sent in"),
            why=datamap.CONSENT,
            seen_by=_("You and the editors; all once it is published"),
            kept=datamap.WITH_THE_PERSON,
            fields="sender title text made_by credit remark",
            plain="licence_text text_version press digest",
        ),
    )
    datamap.marks("news.contribution", "decided_by")
    for label, what, plain in (
        ("news.contributionpicture", _("Pictures of your stories"), ""),
        ("news.contributionfile", _("Files of your stories"), "media_type"),
    ):
        datamap.registry.register(
            label,
            Table(
                what=what,
                why=datamap.CONSENT,
                seen_by=_("You and the editors"),
                kept=datamap.WITH_ITS_ROW,
                fields="file name",
                plain=plain,
            ),
        )
    datamap.registry.register(
        "news.rumour",
        Table(
            what=_("Rumours that readers report"),
            why=_("So that the editors can ask back and correct"),
            seen_by=_("The editors"),
            kept=_("90 days"),
            fields="contact text",
            plain="url remark digest press",
        ),
    )
    datamap.registry.register(
        "news.article",
        Table(
            what=_("Names that articles carry"),
            why=_("News about the Union's work; names of children with consent only"),
            seen_by=_("Everybody"),
            kept=_("As long as the article; a name goes when consent is withdrawn"),
            fields="byline created_by",
            plain="title slug lead body details source_name source_url permission "
            "remark",
            stays=_("The article itself, without your name as its sender."),
        ),
    )
    datamap.marks("news.documentreceipt", "user")
    datamap.marks("news.linkconfirmation", "by")
    datamap.marks("news.revision", "author approved_by")
    datamap.offices("news.safetycontact", "phone")
    datamap.offices("news.oldaddress", "address")
