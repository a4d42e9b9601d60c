"""Addresses under /thu-tin/."""

from django.urls import path

from mail import views

app_name = "mail"

urlpatterns = [
    path("ngung/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
