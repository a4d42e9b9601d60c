"""Checking and handing out certificates; below /chung-nhan/."""

from django.urls import path

from certificates import views

app_name = "certificates"
urlpatterns = [
    path("", views.type_code, name="type"),
    path("thu/<str:token>/", views.letter_download, name="letter_download"),
    path("<str:code>/", views.check, name="check"),
    path("<str:code>/tai-ve/", views.download, name="download"),
]
