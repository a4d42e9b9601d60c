"""Addresses under /cuoc-thi/."""

from django.urls import path

from contests import appeal_views, views
from contests.entering import (
    about,
    authors,
    files,
    guardian,
    invitation,
    overview,
    start,
)
from contests.voting import views as voting

app_name = "contests"
MINE = "bai-thi/<str:code>/"
INVITED = "loi-moi/"
THEN = f"{MINE}lan-nop/<int:number>/"
FORMS = "phieu-dong-y/"
urlpatterns = [
    path("", views.contest_list, name="list"),
    # Before the contests: no contest may be called so (admin_forms refuses).
    path(MINE, overview.entry, name="entry"),
    path(f"{MINE}noi-dung/", about.about, name="about"),
    path(f"{MINE}noi-dung/tu-luu/", about.autosave, name="autosave"),
    path(f"{MINE}tac-gia/", authors.authors, name="authors"),
    path(f"{MINE}tac-gia/tu-luu/", authors.autosave, name="autosave_authors"),
    path(f"{MINE}tac-gia/moi/", authors.invite, name="invite"),
    path(f"{MINE}tac-gia/thu-hoi/", authors.take_back, name="take_back"),
    path(f"{MINE}phu-huynh/<int:pk>/", guardian.guardian, name="guardian"),
    path(f"{MINE}phu-huynh/<int:pk>/phieu/", guardian.paper, name="paper"),
    path(f"{MINE}lan-nop/", overview.versions, name="versions"),
    path(f"{THEN}<int:pk>/", overview.version_file, name="version_file"),
    path(f"{MINE}tep/", files.files, name="files"),
    path(f"{MINE}tep/tai-len/", files.upload, name="upload"),
    path(f"{MINE}tep/<int:pk>/", files.download, name="download"),
    path(f"{MINE}rut-bai/", overview.withdraw, name="withdraw"),
    path(f"{INVITED}da-ghi-nhan/", invitation.not_joined, name="not_joined"),
    path(f"{INVITED}<str:token>/", invitation.invitation, name="invitation"),
    path(f"{FORMS}<int:pk>/", guardian.signed_form, name="signed_form"),
    path(f"{MINE}phuc-khao/", appeal_views.appeal, name="appeal"),
    path("<slug:slug>/", views.contest, name="contest"),
    path("<slug:slug>/nop-bai/", start.start, name="start"),
    path("<slug:slug>/vao-chung-khao/", views.shortlist, name="shortlist"),
    path("<slug:slug>/ket-qua/", views.results, name="results"),
    path("<slug:slug>/bai-du-thi/", voting.works, name="works"),
    path("<slug:slug>/bai-du-thi/<int:pk>/", voting.work, name="work"),
    path("<slug:slug>/bai-du-thi/<int:pk>/hinh/", voting.picture, name="work_picture"),
    path("<slug:slug>/binh-chon/", voting.ballot, name="vote"),
    path("<slug:slug>/binh-chon/da-gui-thu/", voting.sent, name="vote_sent"),
    path("<slug:slug>/binh-chon/da-ghi-nhan/", voting.confirmed, name="vote_confirmed"),
    path("<slug:slug>/binh-chon/<str:token>/", voting.confirm, name="vote_confirm"),
]
