"""Addresses under /tin-tuc/."""

from django.urls import path

from content import pagecache
from news import (
    documents,
    feeds,
    files,
    kit,
    preview,
    rhythm_views,
    rumour_views,
    seo,
    story_views,
    views,
)

public = pagecache.public("news")

app_name = "news"
urlpatterns = [
    path("", views.article_list, name="list"),
    path("chuyen-muc/<slug:slug>/", views.section, name="section"),
    path(
        "chuyen-muc/<slug:slug>/rss/",
        public(feeds.SectionRssFeed()),
        name="section_rss",
    ),
    path(
        "chuyen-muc/<slug:slug>/atom/",
        public(feeds.SectionAtomFeed()),
        name="section_atom",
    ),
    path("the/<slug:slug>/", views.tag, name="tag"),
    path("loai/<slug:address>/", views.kind, name="kind"),
    path("van-ban/", documents.document_list, name="documents"),
    path("van-ban/xac-nhan/", documents.to_confirm, name="receipts"),
    path("van-ban/xac-nhan/<int:pk>/", documents.receipt, name="document_receipt"),
    path("tep/<slug:key>/", files.show, name="file"),
    path("luu-tru/", views.archive, name="archive"),
    path("luu-tru/<int:year>/<int:month>/", views.month, name="month"),
    path("tin-tot/", rhythm_views.good_news, name="good_news"),
    path(
        "tin-tot/<int:year>/<int:month>/",
        rhythm_views.good_news,
        name="good_news_month",
    ),
    path("kiem-chung/", rumour_views.fact_checks, name="fact_checks"),
    path("bao-tin-don/", rumour_views.report, name="rumour"),
    path("bao-tin-don/cam-on/", rumour_views.thanks, name="rumour_thanks"),
    path("gui-bai/", story_views.contribute, name="contribute"),
    path("gui-bai/<int:pk>/", story_views.contribution, name="contribution"),
    path("gui-bai/<int:pk>/rut/", story_views.withdraw, name="story_withdraw"),
    path("gui-bai/<int:pk>/phu-huynh/", story_views.guardian, name="story_guardian"),
    path(
        "gui-bai/<int:pk>/anh/<int:number>/",
        story_views.picture,
        name="story_picture",
    ),
    path("gui-bai/<int:pk>/tep/<int:number>/", story_views.file, name="story_file"),
    path(
        "gui-an-pham/",
        story_views.contribute,
        {"kind": "publication"},
        name="contribute_publication",
    ),
    path("an-pham/", kit.show, name="kit"),
    path("an-pham/<int:pk>/<str:name>", kit.file, name="kit_file"),
    path("rss/", public(feeds.RssFeed()), name="rss"),
    path("atom/", public(feeds.AtomFeed()), name="atom"),
    path("xem-truoc/<str:token>/", preview.by_link, name="preview"),
    path("chia-se/<int:pk>-<str:mark>.jpg", seo.card, name="share_card"),
    path("<slug:slug>-<int:pk>/", views.article, name="article"),
]
