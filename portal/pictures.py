"""The editor's upload: staff who write, with a CSRF token like every other form.

django-ckeditor's own view is never mounted (docs/decisions/0007-pictures.md).
"""

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from content.pictures import views
from members import factors, permissions


@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    may = permissions.may(request.user, "pictures.use")
    if not (may and factors.opens_admin(request)):
        sentence = _("Only staff who write may add pictures. Sign in again.")
        return views.refuse(sentence, status=403)
    return views.take(request)
