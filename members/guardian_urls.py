"""What guardians reach by their letters; below /ca-nhan/giam-ho/, no account needed."""

from django.urls import path

from members import guardian_views as views

urlpatterns = [
    path("cam-on/", views.thanks, {"answer": "given"}, name="guardian_given"),
    path("da-ghi-nhan/", views.thanks, {"answer": "declined"}, name="guardian_no"),
    path("rut/<str:token>/", views.withdraw, name="guardian_withdraw"),
    path("<str:token>/", views.answer, name="guardian_answer"),
]
