"""Addresses under /tap-huan/."""

from django.urls import path

from training import views

app_name = "training"
urlpatterns = [
    path("", views.session_list, name="list"),
    path("<slug:slug>/", views.session, name="session"),
    path("<slug:slug>/dang-ky/", views.register, name="register"),
    path("<slug:slug>/huy/", views.cancel, name="cancel"),
    path("<slug:slug>/lich.ics", views.calendar, name="calendar"),
]
