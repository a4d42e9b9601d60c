"""Addresses of the desk, under /tap-huan/; put before those with a slug alone."""

from django.urls import path

from training import desk_pages, desk_papers, desk_people

urlpatterns = [
    path("ban-don.js", desk_pages.worker, name="desk_worker"),
    path("diem-danh/<str:token>/", desk_pages.show_pass, name="pass"),
    path("<slug:slug>/ban-don/", desk_pages.desk, name="desk"),
    path("<slug:slug>/ban-don/gui/", desk_pages.sync, name="desk_sync"),
    path("<slug:slug>/ban-don/da-xem/", desk_pages.settle, name="desk_settle"),
    path("<slug:slug>/ban-don/them/", desk_people.walk_in, name="desk_walk_in"),
    path("<slug:slug>/ban-don/nguoi-ho-tro/", desk_people.staff, name="desk_staff"),
    path("<slug:slug>/ban-don/phieu.pdf", desk_papers.paper, name="desk_paper"),
    path("<slug:slug>/ban-don/phieu/", desk_papers.tick, name="desk_tick"),
    path("<slug:slug>/ma-tu-diem-danh/", desk_papers.host_code, name="host_code"),
    path("<slug:slug>/tu-diem-danh/", desk_papers.check_in, name="check_in"),
]
