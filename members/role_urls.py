"""One's own roles; below /ca-nhan/vai-tro/."""

from django.urls import path

from members import role_views as views

urlpatterns = [
    path("", views.roles, name="roles"),
    path("<int:pk>/thoi/", views.leave, name="role_leave"),
    path("loi-moi/<str:token>/", views.invitation, name="role_invitation"),
]
