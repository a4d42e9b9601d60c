"""What search engines should know of the sessions."""

import datetime as dt

from django.contrib.sitemaps import Sitemap

from content import clock
from training.models import TrainingSession


class SessionSitemap(Sitemap):
    def items(self):
        return TrainingSession.objects.upcoming(clock.now()).only("slug", "updated_at")

    def lastmod(self, item: TrainingSession) -> dt.datetime:
        return item.updated_at
