"""Below /ca-nhan/du-lieu/."""

from django.urls import path

from members.mydata import views

urlpatterns = [
    path("", views.overview, name="my_data"),
    path("yeu-cau/", views.ask, name="my_data_ask"),
    path("yeu-cau/<int:pk>/rut/", views.take_back, name="my_data_take_back"),
    path("ban-sao/", views.copy, name="my_data_copy"),
    path("ban-sao/<int:pk>/", views.fetch, name="my_data_fetch"),
    path("dong-y/<int:pk>/", views.withdraw, name="my_data_withdraw"),
    path("xoa/", views.delete, name="my_data_delete"),
]
