"""Addresses under /tap-huan/."""

from django.urls import path

from training import desk_urls, excuse_views, file_views, offer_views, views

app_name = "training"
urlpatterns = [
    *desk_urls.urlpatterns,
    path("", views.session_list, name="list"),
    path("chuoi/<slug:slug>/", views.series, name="series"),
    path("<slug:slug>/", views.session, name="session"),
    path("<slug:slug>/dang-ky/", views.register, name="register"),
    path("<slug:slug>/diem-cau/", views.point, name="point"),
    path("<slug:slug>/tai-lieu/<int:pk>/", file_views.material, name="material"),
    path("<slug:slug>/tra-loi/<int:pk>/", file_views.answer, name="answer"),
    path("<slug:slug>/huy/", views.cancel, name="cancel"),
    path("<slug:slug>/loi-moi/", offer_views.offer, name="offer"),
    path("<slug:slug>/loi-moi-nhom/", offer_views.group_offer, name="group_offer"),
    path("<slug:slug>/vang-mat/", excuse_views.excuse, name="excuse"),
    path("<slug:slug>/lich.ics", views.calendar, name="calendar"),
]
