"""Mounted at /ca-nhan/."""

from django.urls import include, path

from members import views

app_name = "members"
urlpatterns = [
    path("ho-so/", views.profile, name="profile"),
    path("giam-ho/", include("members.guardian_urls")),
]
