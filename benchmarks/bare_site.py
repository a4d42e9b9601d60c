"""The yardstick: a Django view with the default middleware and a fixed 12 KB page."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

PAGE = b"<!doctype html><title>bare</title>" + b"<p>0123456789abcdef</p>\n" * 500


def page(request):
    return HttpResponse(PAGE[: 12 * 1024])


urlpatterns = [path("", page)]

if not settings.configured:
    settings.configure(
        SECRET_KEY="bench" * 12,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="benchmarks.bare_site",
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
    )

application = get_wsgi_application()
