"""Addresses under /tap-huan/."""

from django.urls import path

from training import (
    asked_views,
    calendar_views,
    desk_urls,
    excuse_views,
    feedback_pages,
    file_views,
    handover_views,
    offer_views,
    own_calendar,
    seo,
    views,
)
from training.enrolment import objection
from training.enrolment import pages as enrolment

app_name = "training"
urlpatterns = [
    *desk_urls.urlpatterns,
    path("", calendar_views.session_list, name="list"),
    path("lich.ics", calendar_views.feed, name="feed"),
    path("da-qua/", calendar_views.archive, name="archive"),
    path("thang/", calendar_views.month, name="this_month"),
    path("thang/<int:year>/<int:month>/", calendar_views.month, name="month"),
    path("chuoi/<slug:slug>/", calendar_views.series, name="series"),
    path("chia-se/<int:pk>-<str:mark>.jpg", seo.card, name="share_card"),
    path("lich-cua-toi/", own_calendar.page, name="my_calendar"),
    path("lich-cua-toi/<str:key>.ics", own_calendar.feed, name="own_calendar"),
    path("<slug:slug>/", views.session, name="session"),
    path("<slug:slug>/dang-ky/", views.register, name="register"),
    path("<slug:slug>/diem-cau/", views.point, name="point"),
    path("<slug:slug>/tai-lieu/<int:pk>/", file_views.material, name="material"),
    path("<slug:slug>/tra-loi/<int:pk>/", file_views.answer, name="answer"),
    path("<slug:slug>/dang-ky-nhom/", enrolment.enrol, name="enrol"),
    path("<slug:slug>/dang-ky-nhom/<uuid:code>/", enrolment.group, name="group"),
    path("<slug:slug>/rut-ten/", objection.objection, name="objection"),
    path("<slug:slug>/gop-y/", feedback_pages.give, name="feedback"),
    path("<slug:slug>/gop-y/ket-qua/", feedback_pages.results, name="feedback_results"),
    path("<slug:slug>/bo-sung/", asked_views.asked, name="asked"),
    path("<slug:slug>/huy/", views.cancel, name="cancel"),
    path("<slug:slug>/nhuong-cho/", handover_views.hand_on, name="hand_on"),
    path(
        "<slug:slug>/nhuong-cho/<uuid:code>/",
        handover_views.name_somebody,
        name="name_somebody",
    ),
    path("<slug:slug>/nhan-cho/", handover_views.take_over, name="take_over"),
    path("<slug:slug>/loi-moi/", offer_views.offer, name="offer"),
    path("<slug:slug>/loi-moi-nhom/", offer_views.group_offer, name="group_offer"),
    path("<slug:slug>/loi-moi-nhom/tach/", offer_views.loosen, name="loosen"),
    path("<slug:slug>/vang-mat/", excuse_views.excuse, name="excuse"),
    path("<slug:slug>/lich.ics", views.calendar, name="calendar"),
]
