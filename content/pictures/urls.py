"""The addresses of pictures' files, below MEDIA_URL."""

from django.urls import re_path

from content.models import FOLDER, KEY_LENGTH
from content.pictures.views import show

urlpatterns = [
    re_path(
        rf"^{FOLDER}/(?P<key>[a-z0-9]{{{KEY_LENGTH}}})/"
        r"(?P<name>original|[0-9]{1,4})\.(?P<ending>avif|jpg)$",
        show,
        name="picture",
    ),
]
