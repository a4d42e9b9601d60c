"""Mounted at /ca-nhan/."""

from django.urls import path

from members import views

app_name = "members"
urlpatterns = [
    path("ho-so/", views.profile, name="profile"),
]
