"""The rooms of the community digital teams."""

from django.urls import path

from teams import views
from teams.help import views as help_views

app_name = "teams"

urlpatterns = [
    path("", views.directory, name="list"),
    path("so-lieu/", views.figures, name="figures"),
    path("de-nghi-ho-tro/", help_views.ask, name="help"),
    path("de-nghi-ho-tro/tra-cuu/", help_views.find, name="help_find"),
    path("de-nghi-ho-tro/cua-to/", help_views.team_list, name="help_list"),
    path("de-nghi-ho-tro/tra-cuu/<str:code>/", help_views.status, name="help_request"),
    path("<slug:slug>/", views.team, name="team"),
]
