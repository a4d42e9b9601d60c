"""Addresses under /thu/, mounted in debug only."""

from django.urls import path

from mail import mailbox

app_name = "mailbox"

urlpatterns = [
    path("", mailbox.letters, name="list"),
    path("<str:name>/", mailbox.letter, name="letter"),
    path("<str:name>/html/", mailbox.html, name="html"),
    path("<str:name>/tep/<int:number>/", mailbox.attachment, name="attachment"),
]
