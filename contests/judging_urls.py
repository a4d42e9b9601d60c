"""Addresses under /cham-thi/."""

from django.urls import path

from contests import judging_views
from contests.judging import reading

app_name = "judging"
FILE = "<int:pk>/tep/<int:number>/"
urlpatterns = [
    path("", judging_views.assignments, name="list"),
    path("<int:pk>/", judging_views.assignment, name="assignment"),
    path("<int:pk>/nhap/", judging_views.draft, name="draft"),
    path("<int:pk>/xung-dot/", judging_views.conflict, name="conflict"),
    path(FILE, reading.download, name="download"),
    path(f"{FILE}xem/", reading.read, name="read"),
    path(f"{FILE}trang/<int:page>/", reading.page, name="page"),
    path(f"{FILE}phim/", reading.film, name="film"),
]
