"""The rooms of the community digital teams."""

from django.urls import path

from teams import views

app_name = "teams"

urlpatterns = [
    path("", views.directory, name="list"),
    path("so-lieu/", views.figures, name="figures"),
    path("<slug:slug>/", views.team, name="team"),
]
