"""Addresses under /cuoc-thi/."""

from django.urls import path

from contests import views
from contests.entering import about, authors, files, guardian, overview, start

app_name = "contests"
MINE = "bai-thi/<str:code>/"
urlpatterns = [
    path("", views.contest_list, name="list"),
    # Before the contests: no contest may be called "bai-thi" (admin_forms refuses).
    path(MINE, overview.entry, name="entry"),
    path(f"{MINE}noi-dung/", about.about, name="about"),
    path(f"{MINE}tac-gia/", authors.authors, name="authors"),
    path(f"{MINE}phu-huynh/<int:pk>/", guardian.guardian, name="guardian"),
    path(f"{MINE}tep/", files.files, name="files"),
    path(f"{MINE}tep/tai-len/", files.upload, name="upload"),
    path(f"{MINE}tep/<int:pk>/", files.download, name="download"),
    path(f"{MINE}rut-bai/", overview.withdraw, name="withdraw"),
    path("<slug:slug>/", views.contest, name="contest"),
    path("<slug:slug>/nop-bai/", start.start, name="start"),
    path("<slug:slug>/ket-qua/", views.results, name="results"),
]
