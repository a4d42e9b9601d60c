"""Addresses under /cham-thi/."""

from django.urls import path

from contests import judging_views

app_name = "judging"
urlpatterns = [
    path("", judging_views.assignments, name="list"),
    path("<int:pk>/", judging_views.assignment, name="assignment"),
    path("<int:pk>/xung-dot/", judging_views.conflict, name="conflict"),
    path("<int:pk>/tep/<int:number>/", judging_views.download, name="download"),
]
