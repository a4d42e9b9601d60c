"""Addresses under /tin-tuc/."""

from django.urls import path

from content import pagecache
from news import feeds, preview, seo, views

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
    path("luu-tru/", views.archive, name="archive"),
    path("luu-tru/<int:year>/<int:month>/", views.month, name="month"),
    path("rss/", public(feeds.RssFeed()), name="rss"),
    path("atom/", public(feeds.AtomFeed()), name="atom"),
    path("xem-truoc/<str:token>/", preview.by_link, name="preview"),
    path("chia-se/<int:pk>-<str:mark>.jpg", seo.card, name="share_card"),
    path("<slug:slug>-<int:pk>/", views.article, name="article"),
]
