"""Every address of the portal; they are stable (see docs)."""

from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from content import pagecache
from contests.sitemaps import ContestSitemap
from news.sitemaps import (
    ArticleSitemap,
    NewsSitemap,
    SectionSitemap,
    ShelfSitemap,
    TagSitemap,
)
from portal import (
    display,
    errors,
    figures_page,
    freshness,
    health,
    language,
    offline,
    pages,
    pictures,
    search,
    views,
)
from portal.models import SitePage
from teams.sitemaps import TeamSitemap
from training.sitemaps import SessionSitemap

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error

site_map = pagecache.public(
    *("news", "training", "teams", "contests", freshness.AREA), query=["p"]
)(sitemap)
SITEMAPS = {
    "articles": ArticleSitemap,
    "sections": SectionSitemap,
    "tags": TagSitemap,
    "shelf": ShelfSitemap,
    "sessions": SessionSitemap,
    "teams": TeamSitemap,
    "contests": ContestSitemap,
    "pages": pages.PageSitemap,
}

PAGES = {
    "gioi-thieu/": SitePage.Key.ABOUT,
    "lien-he/": SitePage.Key.CONTACT,
    "tiep-can/": SitePage.Key.ACCESSIBILITY,
    "quyen-rieng-tu/": SitePage.Key.PRIVACY,
    "dieu-khoan/": SitePage.Key.TERMS,
}

portal_patterns = (
    [
        path("", views.home, name="home"),
        path("ca-nhan/", views.me, name="me"),
        path("ngoai-tuyen.js", offline.worker, name="offline_worker"),
        path("ngoai-tuyen/", offline.show, name="offline"),
        path("ngoai-tuyen/cua-toi/", offline.own, name="offline_own"),
        path("tim-kiem/", search.search, name="search"),
        path("ngon-ngu/", language.choose, name="language"),
        path("hien-thi/", display.choose, name="display"),
        *(
            path(address, pages.show, {"key": key.value}, name=key.value)
            for address, key in PAGES.items()
        ),
        path("healthz", health.healthz, name="healthz"),
        path("readyz", health.readyz, name="readyz"),
        path("metrics", figures_page.show, name="figures"),
        path("robots.txt", views.robots, name="robots"),
    ],
    "portal",
)

urlpatterns = [
    path("", include(portal_patterns)),
    path("media/", include("content.pictures.urls")),
    path("tai-len/", include("content.uploads.urls")),
    path("tin-tuc/", include("news.urls")),
    path("an-toan-so/", include("news.safety_urls")),
    path("tap-huan/", include("training.urls")),
    path("to-cong-nghe-so/", include("teams.urls")),
    path("cuoc-thi/", include("contests.urls")),
    path("cham-thi/", include("contests.judging_urls")),
    path("chung-nhan/", include("certificates.urls")),
    path("ca-nhan/", include("members.urls")),
    path("thu-tin/", include("mail.urls")),
    path("tai-khoan/the/", include("members.card_urls")),
    path("tai-khoan/", include("members.account_urls")),
    path("tai-khoan/", include("allauth.urls")),
    path("quan-tri/anh/tai-len/", pictures.upload, name="picture_upload"),
    path("quan-tri/anh/chon/", pictures.choose, name="picture_choice"),
    path("quan-tri/", admin.site.urls),
    path(
        "sitemap-tin-tuc.xml",
        site_map,
        {
            "sitemaps": {"news": NewsSitemap},
            "template_name": "portal/sitemap_news.xml",
        },
        name="news_sitemap",
    ),
    path("sitemap.xml", site_map, {"sitemaps": SITEMAPS}, name="sitemap"),
]
if settings.DEBUG:
    from portal import gallery

    urlpatterns += [
        path("thu/giao-dien/", gallery.show, name="gallery"),
        path("thu/", include("mail.urls_debug")),
    ]
