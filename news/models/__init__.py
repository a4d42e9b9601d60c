"""The "Chuyển đổi số" news."""

from news.models.article import Article
from news.models.contribution import (
    Contribution,
    ContributionFile,
    ContributionPicture,
)
from news.models.document_receipt import DocumentReceipt
from news.models.fact_check import FactCheck
from news.models.file import ArticleFile
from news.models.front_page import FrontPageSlot
from news.models.imported import ImportedArticle, ImportedPicture, OldAddress
from news.models.kit import KitItem
from news.models.links import LinkConfirmation, TrustedHost
from news.models.revision import Revision
from news.models.rumour import Rumour
from news.models.safety import SafetyAdvice, SafetyContact
from news.models.section import Section, Tag

__all__ = [
    "Article",
    "ArticleFile",
    "Contribution",
    "ContributionFile",
    "ContributionPicture",
    "DocumentReceipt",
    "FactCheck",
    "FrontPageSlot",
    "ImportedArticle",
    "ImportedPicture",
    "KitItem",
    "LinkConfirmation",
    "OldAddress",
    "Revision",
    "Rumour",
    "SafetyAdvice",
    "SafetyContact",
    "Section",
    "Tag",
    "TrustedHost",
]
