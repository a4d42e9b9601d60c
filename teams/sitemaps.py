"""What search engines should know of the teams."""

import datetime as dt

from django.contrib.sitemaps import Sitemap

from content import clock
from teams.models import DigitalTeam
from vietnam.dates import local_day


class TeamSitemap(Sitemap):
    def items(self):
        teams = DigitalTeam.objects.in_directory(local_day(clock.now()))
        return teams.only("slug", "updated_at").order_by("pk")

    def lastmod(self, item: DigitalTeam) -> dt.datetime:
        return item.updated_at
