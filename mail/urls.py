"""Addresses under /thu-tin/."""

from django.urls import path

from mail import views
from mail.bounces import webhook

app_name = "mail"

urlpatterns = [
    path("ngung/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("tra-ve/", webhook.returned, name="returned"),
]
