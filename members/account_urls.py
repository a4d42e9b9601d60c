"""Mounted at /tai-khoan/ before allauth's own addresses, whose names it takes over."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from members import account_views as views
from members import device_views, elsewhere
from members import factor_views as factors

urlpatterns = [
    path("login/", views.LoginView.as_view(), name="account_login"),
    path("logout/", views.LogoutView.as_view(), name="account_logout"),
    path(
        "login/code/",
        views.RequestLoginCodeView.as_view(),
        name="account_request_login_code",
    ),
    path("signup/", views.SignupView.as_view(), name="account_signup"),
    path(
        "password/reset/",
        views.PasswordResetView.as_view(),
        name="account_reset_password",
    ),
    path(
        "login/code/confirm/",
        views.ConfirmLoginCodeView.as_view(),
        name="account_confirm_login_code",
    ),
    path(
        "confirm-email/",
        login_not_required(views.email_verification_sent),
        name="account_email_verification_sent",
    ),
    path(
        "reauthenticate/code/",
        factors.ConfirmByMailView.as_view(),
        name="account_reauthenticate_by_code",
    ),
    path("sessions/", device_views.list_, name="usersessions_list"),
    path(
        "3rdparty/", views.ConnectionsView.as_view(), name="socialaccount_connections"
    ),
    path(
        "3rdparty/signup/",
        views.ElsewhereSignupView.as_view(),
        name="socialaccount_signup",
    ),
    path("oidc/<str:provider_id>/login/", elsewhere.login, name="openid_connect_login"),
    path("2fa/required/", factors.required, name="mfa_required"),
    path(
        "2fa/totp/activate/",
        factors.ActivateTOTPView.as_view(),
        name="mfa_activate_totp",
    ),
    path(
        "2fa/webauthn/add/", factors.AddPasskeyView.as_view(), name="mfa_add_webauthn"
    ),
    path(
        "2fa/reauthenticate/",
        factors.ReauthenticateView.as_view(),
        name="mfa_reauthenticate",
    ),
    path(
        "2fa/webauthn/reauthenticate/",
        factors.ReauthenticateByPasskeyView.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "2fa/recovery-codes/",
        factors.RecoveryCodesView.as_view(),
        name="mfa_view_recovery_codes",
    ),
]
