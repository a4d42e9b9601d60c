"""The rooms of the community digital teams."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter, StringConverter

from teams import views
from teams.figures import pages as figure_pages
from teams.help import views as help_views
from teams.reports import views as report_views

app_name = "teams"


class TeamConverter(IntConverter):
    """A key that the database could hold."""

    regex = "[0-9]{1,18}"


class MonthConverter(StringConverter):
    """ "2026-11"; the view says what is no month."""

    regex = "[0-9]{4}-[0-9]{2}"


register_converter(TeamConverter, "team")
register_converter(MonthConverter, "month")

urlpatterns = [
    path("", views.directory, name="list"),
    path("so-lieu/", figure_pages.show, name="figures"),
    path("so-lieu/ty-le.csv", figure_pages.coverage_csv, name="figures_coverage"),
    path("so-lieu/ket-qua.csv", figure_pages.work_csv, name="figures_work"),
    path("de-nghi-ho-tro/", help_views.ask, name="help"),
    path("de-nghi-ho-tro/tra-cuu/", help_views.find, name="help_find"),
    path("de-nghi-ho-tro/cua-to/", help_views.team_list, name="help_list"),
    path("de-nghi-ho-tro/tra-cuu/<str:code>/", help_views.status, name="help_request"),
    path("bao-cao/", report_views.start, name="report"),
    path("bao-cao/<team:team>/", report_views.team, name="report_team"),
    path("bao-cao/<team:team>/de-nghi/", help_views.team_page, name="help_team"),
    path(
        "bao-cao/<team:team>/thu-cam-on/<month:month>/",
        report_views.thanks,
        name="report_thanks",
    ),
    path("bao-cao/<team:team>/quen/", report_views.forget, name="report_forget"),
    path("bao-cao/<team:team>/<month:month>/", report_views.month, name="report_month"),
    path(
        "bao-cao/<team:team>/<month:month>/luu/", report_views.keep, name="report_keep"
    ),
    path("bao-cao/<team:team>/<slug:key>/", report_views.link, name="report_link"),
    path("<slug:slug>/", views.team, name="team"),
]
