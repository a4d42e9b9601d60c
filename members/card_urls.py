"""Signing in with a card from the secretary; below /tai-khoan/the/."""

from django.urls import path

from members import card_views as views

app_name = "cards"
urlpatterns = [
    path("", views.type_code, name="type"),
    path("<str:code>/", views.enter, name="enter"),
]
