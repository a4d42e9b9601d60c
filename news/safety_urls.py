"""The address /an-toan-so/."""

from django.urls import path

from news import safety

app_name = "safety"
urlpatterns = [path("", safety.show, name="hub")]
