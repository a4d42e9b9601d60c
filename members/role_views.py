"""The pages about one's own roles: accepting one, seeing them, leaving one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from members import actions, inviting, permissions, rules
from members.models import Assignment, RoleInvitation
from vietnam.dates import local_day


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What is offered; sign in with the invited address, then say yes.

    Opening the page changes nothing: mail programs and virus scanners open links too.
    """
    try:
        offered = inviting.find(token)
    except RoleInvitation.DoesNotExist as error:
        raise Http404 from error
    user = request.user if request.user.is_authenticated else None
    if user and request.method == "POST":
        try:
            role = inviting.accept(token=token, by=user, now=request.now)
        except inviting.Refused:
            return redirect("members:role_invitation", token)
        return _welcome(request, role)
    if user and offered.accepted_by_id == user.pk:
        return redirect("members:roles")
    reason = inviting.why_not_accept(offered, by=user, now=request.now)
    is_other = reason == inviting.EntryRefusal.OTHER_ADDRESS
    context = {
        "offered": offered,
        "reason": reason,
        "is_other": is_other,
        "next": urlencode({"next": request.path}),
    }
    gone = 410 if reason and not is_other else 200
    return render(request, "members/role_invitation.html", context, status=gone)


def _welcome(request: HttpRequest, role: Assignment) -> HttpResponse:
    messages.success(
        request,
        _("You are now: %(role)s, %(unit)s.")
        % {"role": role.get_role_display(), "unit": role.unit},
    )
    works_in_admin = role.role in permissions.ADMIN_ROLES
    target = reverse("admin:index" if works_in_admin else "portal:me")
    if request.user.person_id is None:
        # Whoever acts in the Union's name has one.
        return redirect(reverse("members:profile") + f"?{urlencode({'next': target})}")
    return redirect(target)


@never_cache
@login_required
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """What one may do where, until when; each can be given up."""
    held = request.user.assignments.lasting(local_day(request.now))
    context = {"roles": held.select_related("unit").order_by("role", "pk")}
    return render(request, "members/roles.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up one's own role, after a question."""
    today = local_day(request.now)
    held = request.user.assignments.lasting(today).select_related("unit", "user")
    if request.method == "POST":
        role = held.filter(pk=pk).first()
        if role is None:
            return redirect("members:roles")  # the second click
        try:
            actions.end_role(assignment=role, now=request.now)
        except rules.Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request,
                _("You have given up this role: %(role)s, %(unit)s.")
                % {"role": role.get_role_display(), "unit": role.unit},
            )
        return redirect("members:roles")
    role = get_object_or_404(held, pk=pk)
    refusal = rules.why_not_end_role(role, on=today)
    context = {"role": role, "refusal": refusal}
    return render(request, "members/role_leave.html", context)
