"""What the editor asks for: an upload, or a picture out of the library.

Staff who write; the upload carries a CSRF token like every other form.

django-ckeditor's own view is never mounted (docs/decisions/0007-pictures.md).
"""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from content.models import Picture
from content.pagination import page_of
from content.pictures import views
from members import factors, permissions

PER_PAGE = 24


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The library in a window of its own; what is clicked goes into the text."""
    if not _writes(request):
        raise PermissionDenied
    query = request.GET.get("q", "").strip()[:100]
    library = admin.site._registry[Picture]
    rows, _twice = library.get_search_results(request, Picture.objects.all(), query)
    callback = request.GET.get("CKEditorFuncNum", "")
    context = {
        **admin.site.each_context(request),
        "title": _("Choose a picture"),
        "page": page_of(rows, request, PER_PAGE),
        "q": query,
        "callback": callback if callback.isascii() and callback.isdigit() else "",
        "is_popup": True,
    }
    return render(request, "portal/choose_picture.html", context)


def _writes(request: HttpRequest) -> bool:
    may = permissions.may(request.user, "pictures.use")
    return may and factors.opens_admin(request)


@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    if not _writes(request):
        sentence = _("Only staff who write may add pictures. Sign in again.")
        return views.refuse(sentence, status=403)
    return views.take(request)
