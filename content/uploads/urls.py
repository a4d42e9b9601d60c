"""Addresses under /tai-len/: on a process of their own in production."""

from django.urls import re_path

from content.uploads import views

app_name = "uploads"
urlpatterns = [
    re_path(r"^(?P<key>[0-9a-f]{32})/$", views.upload, name="upload"),
]
