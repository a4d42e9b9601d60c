"""Mounted at /ca-nhan/."""

from django.urls import include, path

from members import own_letters_views, views

app_name = "members"
urlpatterns = [
    path("ho-so/", views.profile, name="profile"),
    path("vai-tro/", include("members.role_urls")),
    path("thu/", own_letters_views.letters, name="letters"),
    path("thu/gui-lai/", own_letters_views.try_again, name="letters_again"),
    path("du-lieu/", include("members.mydata.urls")),
    path("giam-ho/", include("members.guardian_urls")),
]
