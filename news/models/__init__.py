"""The "Chuyển đổi số" news."""

from news.models.article import Article
from news.models.front_page import FrontPageSlot
from news.models.revision import Revision
from news.models.section import Section, Tag

__all__ = ["Article", "FrontPageSlot", "Revision", "Section", "Tag"]
