"""Addresses under /cuoc-thi/."""

from django.urls import path

from contests import entry_views, views

app_name = "contests"
MINE = "bai-thi/<str:code>/"
urlpatterns = [
    path("", views.contest_list, name="list"),
    # Before the contests: no contest may be called "bai-thi" (admin_forms refuses).
    path(MINE, entry_views.entry, name="entry"),
    path(f"{MINE}noi-dung/", entry_views.about, name="about"),
    path(f"{MINE}tac-gia/", entry_views.authors, name="authors"),
    path(f"{MINE}phu-huynh/<int:pk>/", entry_views.guardian, name="guardian"),
    path(f"{MINE}tep/", entry_views.files, name="files"),
    path(f"{MINE}tep/<int:pk>/", entry_views.download, name="download"),
    path(f"{MINE}rut-bai/", entry_views.withdraw, name="withdraw"),
    path("<slug:slug>/", views.contest, name="contest"),
    path("<slug:slug>/nop-bai/", entry_views.start, name="start"),
    path("<slug:slug>/ket-qua/", views.results, name="results"),
]
