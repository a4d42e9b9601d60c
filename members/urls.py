"""Mounted at /ca-nhan/."""

from django.urls import include, path

from members import views

app_name = "members"
urlpatterns = [
    path("ho-so/", views.profile, name="profile"),
    path("vai-tro/", include("members.role_urls")),
    path("giam-ho/", include("members.guardian_urls")),
]
