"""What search engines should know of the contests."""

import datetime as dt

from django.contrib.sitemaps import Sitemap

from contests.models import Contest


class ContestSitemap(Sitemap):
    def items(self):
        return Contest.objects.published().only("slug", "updated_at")

    def lastmod(self, item: Contest) -> dt.datetime:
        return item.updated_at
