"""What is the same everywhere. See local, test and production beside this file."""

import hashlib
import ipaddress
from datetime import timedelta
from pathlib import Path

import environ
import pghistory
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR = Path(env.str("PORTAL_VAR", default=str(BASE_DIR / "var"))).resolve()

DEBUG = False
CLOCK_OFFSET = timedelta()
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")


def derived_key(secret: str, purpose: str) -> str:
    """A key of its own for one purpose: what leaks there leaves the others alone."""
    return hashlib.sha256(f"{purpose}:{secret}".encode()).hexdigest()


# Who runs this portal until the admin says so (content.identity); nothing in the code
# is named after one province.
SITE_IDENTITY_SECONDS = 1
SITE_AT_FIRST = {
    "name": env.str("SITE_NAME", default="Tuổi trẻ chuyển đổi số"),
    "owner": env.str("SITE_OWNER", default="Tỉnh đoàn"),
    "address": env.str("SITE_ADDRESS", default=""),
    "responsible": env.str("SITE_RESPONSIBLE", default=""),
    "contact_email": env.str("SITE_CONTACT_EMAIL", default="lienhe@example.com"),
    "contact_phone": env.str("SITE_CONTACT_PHONE", default=""),
}

INSTALLED_APPS = [
    "news",
    "training",
    "teams",
    "contests",
    # After the features: what they register stands before what the portal adds.
    "portal.apps.PortalConfig",
    "certificates",
    "members",
    "mail",
    "content",
    "portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "tree_queries",
    "pgtrigger",
    "pghistory",
    "csp",
    "ckeditor",
    "django_altcha",
]

MIDDLEWARE = [
    "content.figures.watching.RouteMiddleware",
    "content.outage.OutageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "content.policies.PoliciesMiddleware",
    "csp.middleware.CSPMiddleware",
    "content.hygiene.InputHygieneMiddleware",
    "content.clock.ClockMiddleware",
    "portal.old_addresses.OldAddressMiddleware",
    "portal.admin_networks.AdminNetworkMiddleware",
    "portal.private_pages.PrivatePagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.factors.FactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "members.tracking.HistoryMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
        },
    },
]
FORM_RENDERER = "content.drawing.Renderer"

# --- Database -------------------------------------------------------------------
# What this process is: "web", "worker" or "command" (manage.py); each says so itself.
PROCESS = env.str("PORTAL_PROCESS", default="worker")
# Seconds that a statement may take, a lock is waited for, and a transaction may stand
# still. DESIGN rule 1: a lock wait ends within three seconds as "busy, try again". A
# page that takes longer than half a minute has lost its reader; a worker's statement
# ends before Celery ends the worker; whoever types a command may wait, but even a
# migration does not make a live site wait for the lock that it waits for.
DATABASE_LIMITS = {
    "web": {"statement": 30, "lock": 3, "idle_in_transaction_session": 180},
    "worker": {"statement": 240, "lock": 3, "idle_in_transaction_session": 300},
    "command": {"statement": 0, "lock": 3, "idle_in_transaction_session": 0},
}
# "transaction" behind PgBouncer in that mode (portal/settings/database.py).
DATABASE_POOLER = env.str("DATABASE_POOLER", default="")


def limits(process: str) -> str:
    """The options of a connection, as libpq takes them."""
    seconds = DATABASE_LIMITS[process]
    return " ".join(
        f"-c {name}_timeout={1000 * length}" for name, length in seconds.items()
    )


DATABASE_OPTIONS = {
    # One connection per thread; a server that ended it meanwhile is noticed.
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {"connect_timeout": 5, "options": limits(PROCESS)},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Breaches of personal data ---------------------------------------------------
# Within so many hours the authority hears of one (Decree 356/2025/NĐ-CP).
BREACH_HOURS = env.int("BREACH_HOURS", default=72)

# --- People ---------------------------------------------------------------------
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "members.sign_in_backend.SignInBackend",
    "members.card_backend.CardBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:me"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation." + name}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": "members.passwords.VietnamesePasswordValidator"}]
ACCOUNT_ADAPTER = "members.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
# A code is valid for 15 minutes (members.account_forms); the page that asks for it
# stays open longer, so that a new code sent at the last minute still has its time.
# Tries and new codes are limited by members.limits and not by allauth's counters: those
# live in the session, where requests sent side by side all read the same number.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 45 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 1000
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 1000
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 45 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 1000
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 1000
ACCOUNT_LOGIN_TIMEOUT = 45 * 60
# Six digits: typed on a phone's number pad; five tries make guessing hopeless.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "members.account_forms.LoginForm",
    "add_email": "members.account_forms.AddEmailForm",
    "request_login_code": "members.account_forms.RequestLoginCodeForm",
    "signup": "members.account_forms.SignupForm",
    "reset_password": "members.account_forms.ResetPasswordForm",
    "confirm_login_code": "members.account_forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": (
        "members.account_forms.ConfirmEmailVerificationCodeForm"
    ),
}
# Tight for one account or address typed, loose for a network address: a whole school
# is one. Above that stands the challenge (members.limits), so these figures ask for a
# little work and shut nobody out; the reasons are in docs/decisions/0008-sign-in.md.
ACCOUNT_RATE_LIMITS = {
    # Letters to an address typed: sign-in, sign-up and reset share one allowance.
    "letter": "4/m/key,10/h/key,30/d/key",
    "letter_network": "120/m/ip,1200/h/ip",
    # The same with the challenge solved: for this address from this network, for this
    # address from anywhere, for this network.
    "letter_solved_pair": "3/m/key,8/h/key",
    "letter_solved": "30/h/key,60/d/key",
    "letter_solved_network": "300/m/ip,3000/h/ip",
    # Wrong passwords of an account; allauth counts the first by itself.
    "login_failed": "5/5m/key,60/m/ip",
    "login_failed_solved": "20/h/key,60/d/key,300/m/ip",
    # Tries at one mailed code, counted for the code and not for the session.
    "code_tried": "5/1h/key",
    # Second steps: authenticator and recovery codes of one account.
    "second_step": "5/5m/key,30/d/key",
    # What allauth counts by itself, as the last line: refused with a 429 page.
    "login": "600/m/ip",
    "signup": "600/m/ip",
    "request_login_code": None,
    "reset_password": None,
    "confirm_email": "10/m/key,60/h/key",
    "manage_email": "10/m/user,30/h/user",
    "reset_password_from_key": "60/m/ip",
}
# Signing in with an account of another house, through OpenID Connect.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
# Where its pages live, if not at the same host: browsers must be let go there.
OIDC_ORIGINS = env.list("OIDC_ORIGINS", default=[])
SOCIALACCOUNT_ADAPTER = "members.elsewhere.ElsewhereAdapter"
SOCIALACCOUNT_FORMS = {
    "signup": "members.account_forms.ElsewhereSignupForm",
    "disconnect": "members.account_forms.DisconnectForm",
}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env.str("OIDC_NAME", default="OpenID Connect"),
                "client_id": env.str("OIDC_CLIENT_ID", default=""),
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}
# Whether an address that the provider calls proved opens our account with it. Only for
# a provider that proves addresses as carefully as we do; else the owner connects the
# two once, signed in.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = env.bool("OIDC_TRUST_EMAIL", default=False)
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
MFA_ADAPTER = "members.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A phone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
# The secrets of factors are stored under the first of these keys, or one made of
# SECRET_KEY; the others open what was sealed before (docs/security.md).
MFA_KEYS = env.list("MFA_KEYS", default=[])
MFA_FORMS = {
    "add_webauthn": "members.factor_forms.AddPasskeyForm",
    "authenticate_webauthn": "members.factor_forms.AuthenticatePasskeyForm",
    "login_webauthn": "members.factor_forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "members.factor_forms.ReauthenticatePasskeyForm",
    "authenticate": "members.factor_forms.AuthenticateForm",
    "reauthenticate": "members.factor_forms.ReauthenticateForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
# Whoever enters the admin must have signed in with a passkey or a second factor; until
# then the roles that lead there count nowhere.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=False)
# For so long it opens the admin; then it is asked for again. Before what cannot be
# taken back (members.permissions.GRAVE) it must be from the last minutes.
STAFF_FACTOR_HOURS = env.int("STAFF_FACTOR_HOURS", default=12)
STAFF_FACTOR_MINUTES = env.int("STAFF_FACTOR_MINUTES", default=30)
# Self-hosted challenge (members.challenge). A cheap phone works a few seconds on it.
ALTCHA_CHALLENGE_EXPIRE = 10 * 60 * 1000  # milliseconds
ALTCHA_MAX_NUMBER = 60_000
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60

SESSION_ENGINE = "members.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"

# --- News -----------------------------------------------------------------------
# Nobody lets their own text out: a second person approves it. Off where one person
# runs the whole newsroom.
NEWS_TWO_PERSON_RULE = env.bool("NEWS_TWO_PERSON_RULE", default=True)

# --- Certificates ---------------------------------------------------------------
# Ends the number, as CN in 12/2026/CN, where the signing unit has none of its own.
CERTIFICATE_SUFFIX = env.str("CERTIFICATE_SUFFIX", default="CN")

# --- Language and time ----------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "upstream"]
FORMAT_MODULE_PATH = "vietnam.formats"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
# USE_THOUSAND_SEPARATOR stays off: it would print the year as 2.026.

# --- History --------------------------------------------------------------------
# Where a change is noted with who made it; see docs/history.md. Guardians' links are
# no such place: their address is a secret.
HISTORY_PLACES = (
    *("/quan-tri/", "/cham-thi/", "/cuoc-thi/", "/ca-nhan/ho-so/"),
    *("/ca-nhan/vai-tro/", "/ca-nhan/du-lieu/", "/to-cong-nghe-so/bao-cao/"),
)
# An index would cost each write and serve nobody: histories are read by their row.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)

# --- Personal data --------------------------------------------------------------
# Who was erased, without saying who: a file outside the database and outside the
# files that a backup brings back, so that a restore can erase them again
# (members.erasures). Best on another volume, with a copy elsewhere.
ERASURE_LEDGER = Path(
    env.str("ERASURE_LEDGER", default=str(VAR / "erasures" / "ledger.jsonl"))
)

# Clocks of requests about one's data (decree 356/2025/NĐ-CP, articles 5 to 9): working
# days to confirm, then days to answer. One extension by as many days again.
DATA_REQUEST_CONFIRM_DAYS = env.int("DATA_REQUEST_CONFIRM_DAYS", default=2)
DATA_REQUEST_DAYS = {
    **dict.fromkeys(("see", "correct", "copy"), 10),
    # 20 where another processor takes part (DATA_REQUEST_PROCESSOR).
    **dict.fromkeys(("withdraw", "restrict", "object"), 15),
    "delete": 20,
}
if env.bool("DATA_REQUEST_PROCESSOR", default=False):
    DATA_REQUEST_DAYS |= dict.fromkeys(("withdraw", "restrict", "object"), 20)
# Sources differ on whether those are working days; calendar days end sooner.
DATA_REQUEST_WORKING_DAYS = env.bool("DATA_REQUEST_WORKING_DAYS", default=False)
# A deletion asked for on the page can be taken back this long; well within its clock.
DATA_DELETE_THINK_DAYS = env.int("DATA_DELETE_THINK_DAYS", default=7)
# How long a copy of one's data lies ready.
DATA_COPY_DAYS = env.int("DATA_COPY_DAYS", default=7)

# --- Files ----------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "content.static_files.JoinedStyles",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_URL = "media/"
MEDIA_ROOT = VAR / "media"
# Private files (rule 6) have no address; content.files hands them out.
PRIVATE_ROOT = VAR / "private"
FILE_UPLOAD_HANDLERS = ["content.files.uploads.PrivateUploadHandler"]
UPLOAD_MAX_BYTES = 520 * 1024 * 1024  # of one request: five files of 100 MB
# Pieces of uploads (/tai-len/) that a web process reads at once, so that threads are
# left for pages; 0 where uploads have a process of their own (docs/uploads.md).
UPLOAD_AT_ONCE = env.int("UPLOAD_AT_ONCE", default=2)
# Where nginx serves PRIVATE_ROOT internally, such as "/private/"; empty: we send.
X_ACCEL_PREFIX = env.str("X_ACCEL_PREFIX", default="")
# ClamAV: "/run/clamav/clamd.ctl" or "host:3310"; empty: files stay unscanned.
CLAMD_SOCKET = env.str("CLAMD_SOCKET", default="")
# "disk", or "s3" for two buckets, private files and pictures (docs/uploads.md). Uploads
# under way stay on the disk either way.
STORAGE = env.str("STORAGE", default="disk")
S3_PRIVATE_BUCKET = env.str("S3_PRIVATE_BUCKET", default="")
S3_MEDIA_BUCKET = env.str("S3_MEDIA_BUCKET", default="")
S3_ENDPOINT_URL = env.str("S3_ENDPOINT_URL", default="")
# Where browsers reach the service, when that is another address than ours.
S3_LINK_ENDPOINT_URL = env.str("S3_LINK_ENDPOINT_URL", default="")
S3_REGION = env.str("S3_REGION", default="us-east-1")
S3_ACCESS_KEY = env.str("S3_ACCESS_KEY", default="") or None
S3_SECRET_KEY = env.str("S3_SECRET_KEY", default="") or None
# Buckets within the path suit a service of one's own, within the host Amazon.
S3_ADDRESSING = env.str("S3_ADDRESSING", default="path" if S3_ENDPOINT_URL else "auto")
if STORAGE not in {"disk", "s3"}:
    raise ImproperlyConfigured(f'STORAGE is "disk" or "s3", not "{STORAGE}".')
if STORAGE == "s3" and not (S3_PRIVATE_BUCKET and S3_MEDIA_BUCKET):
    raise ImproperlyConfigured(
        "STORAGE=s3 needs S3_PRIVATE_BUCKET and S3_MEDIA_BUCKET, two different ones."
    )
if STORAGE == "s3" and S3_PRIVATE_BUCKET == S3_MEDIA_BUCKET:
    raise ImproperlyConfigured("S3_PRIVATE_BUCKET and S3_MEDIA_BUCKET must differ.")
STORAGES = {
    "default": {
        "BACKEND": "content.files.bucket.PublicBucket"
        if STORAGE == "s3"
        else "django.core.files.storage.FileSystemStorage"
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Backups --------------------------------------------------------------------
# `manage.py backup` and `restore` (docs/operate.md). The key is a long random text, in
# the environment or in a file of its own; without one a backup is not encrypted.
BACKUP_FOLDER = Path(env.str("BACKUP_FOLDER", default=str(VAR / "backups")))
BACKUP_KEY = env.str("BACKUP_KEY", default="")
BACKUP_KEY_FILE = env.str("BACKUP_KEY_FILE", default="")

# --- Watching (docs/operate.md) --------------------------------------------------
# Who sees /metrics: whoever brings the token, and these networks without one. Others
# get a 404.
FIGURES_TOKEN = env.str("FIGURES_TOKEN", default="")
FIGURES_NETWORKS = env.list("FIGURES_NETWORKS", default=["127.0.0.0/8", "::1/128"])
# Reports of errors go to this Sentry server, without anybody's data; none without it.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production")
# "line" for people, "json" for machines (the default in production).
LOG_FORMAT = env.str("LOG_FORMAT", default="line")

# --- Safety ---------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}
# Hosts, with all below them, that the nightly scan of stored content does not report.
SCAN_TRUSTED_HOSTS = env.list("SCAN_TRUSTED_HOSTS", default=["gov.vn", "edu.vn"])
# The pages read last stay on the device for when the network is gone (docs/offline.md).
# Off: workers that are out there clear what they kept and leave.
OFFLINE_COPIES = env.bool("OFFLINE_COPIES", default=True)
# Networks from which the admin is reached, such as "203.0.113.0/24"; none: from all.
ADMIN_NETWORKS = env.list("ADMIN_NETWORKS", default=[])
for _network in (*ADMIN_NETWORKS, *FIGURES_NETWORKS):
    try:
        ipaddress.ip_network(_network, strict=False)
    except ValueError as error:
        raise ImproperlyConfigured(f"{_network} is no network: {error}") from error
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
SILENCED_SYSTEM_CHECKS = [
    # CKEditor 4.22.1 is out of support. It stays because the customer named it: staff
    # only, cleaned by nh3 on write and on load, no uploader, no source button, its
    # admin pages the only ones with a relaxed policy. docs/decisions/ has the record.
    "ckeditor.W001",
]

# --- Serving --------------------------------------------------------------------
# A request that takes longer is written down, and after twice as long its worker ends
# (content.lifetime); 0: no limit. More than any honest one: statements end after 30
# seconds, pieces of files after 120, a scanner's answer after 120.
REQUEST_SECONDS = 0

# --- Page cache -----------------------------------------------------------------
# What a visitor may choose, the default first; each choice has its own pages. A new
# one goes here, and the view then finds it in request.COOKIES.
PAGE_CACHE_COOKIES = {
    "django_language": ("vi", "en"),
    "display": (
        *("", "large", "larger"),
        *("contrast", "contrast-large", "contrast-larger"),
    ),
}
# Bounds of the store in each process.
PAGE_CACHE_MEGABYTES = env.int("PAGE_CACHE_MEGABYTES", default=64)
PAGE_CACHE_PAGES = 4000

# --- Mail -----------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default="Tuổi trẻ chuyển đổi số <khong-tra-loi@example.com>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
# How many workers may send at once, for codes and for all else separately. One is
# fast on the same machine; raise it where the mail server is far away. Keep it below
# the number of worker processes.
MAIL_LANES = env.int("MAIL_LANES", default=1)
# At most so many letters a minute to one mail provider (docs/mail.md); 0: no limit,
# right where a mail server of one's own keeps the pace.
MAIL_PER_DOMAIN = env.int("MAIL_PER_DOMAIN", default=0)
# Where letters that cannot be delivered come back to, each under an address of its own
# ("tra-ve+…@example.com"); empty: to DEFAULT_FROM_EMAIL.
MAIL_BOUNCE_ADDRESS = env.str("MAIL_BOUNCE_ADDRESS", default="")
# Where we read them: "imaps://name:password@host/INBOX" or "maildir:/path"; and the
# secret of a provider that tells us at /thu-tin/tra-ve/ instead. Empty: neither.
MAIL_BOUNCE_MAILBOX = env.str("MAIL_BOUNCE_MAILBOX", default="")
MAIL_WEBHOOK_SECRET = env.str("MAIL_WEBHOOK_SECRET", default="")
# How letters travel; a channel is added here by name (docs/mail.md).
MAIL_CHANNELS = {"email": "mail.channels.Email"}

# --- Training -------------------------------------------------------------------
# Whether people who often had a place and did not come stand behind others in line
# (training/no_shows.py has the figures).
TRAINING_NO_SHOW_MEMORY = env.bool("TRAINING_NO_SHOW_MEMORY", default=False)

# --- Teams ----------------------------------------------------------------------
# The monthly report may be sent from this day of its month on and is in time until
# that day of the next; in the holiday of Tết the last day moves behind it.
TEAM_REPORT_OPENS_DAY = env.int("TEAM_REPORT_OPENS_DAY", default=25)
TEAM_REPORT_DUE_DAY = env.int("TEAM_REPORT_DUE_DAY", default=5)

# --- Background work ------------------------------------------------------------
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A web request that wakes the worker must never hang on a silent broker.
CELERY_BROKER_POOL_ACQUIRE_TIMEOUT = 2
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_TIME_LIMIT = 300
# By urgency: what stands in one queue waits for nothing in the others, and a machine
# takes those that it is meant for (deploy/systemd). A task that is not named here is
# nobody's hurry.
CELERY_TASK_DEFAULT_QUEUE = "bulk"
QUEUES = ("secret", "interactive", "letters", "media", "bulk")
CELERY_TASK_ROUTES = {
    # Codes: somebody looks at an empty mailbox.
    "mail.tasks.deliver_secret": {"queue": "secret"},
    # Somebody looks at a page that says "in a moment", or a place is free.
    "training.tasks.tend_seats": {"queue": "interactive"},
    "teams.tasks.bring_in_list": {"queue": "interactive"},
    "certificates.tasks.work_on_batch": {"queue": "interactive"},
    "members.tasks.make_data_copy": {"queue": "interactive"},
    "members.tasks.carry_member_list_on": {"queue": "interactive"},
    "content.tasks.finish_uploads": {"queue": "interactive"},
    "*.tasks.check_held_files": {"queue": "interactive"},
    # Letters and what writes them.
    "mail.tasks.drop_old_bodies": {"queue": "bulk"},
    "mail.tasks.*": {"queue": "letters"},
    # A processor for a minute: pictures, copies for judges.
    "content.tasks.prepare_picture": {"queue": "media"},
    "content.tasks.catch_up_pictures": {"queue": "media"},
    "contests.tasks.make_copies": {"queue": "media"},
}
CELERY_BEAT_SCHEDULE = {
    "letters": {"task": "mail.tasks.deliver", "schedule": 15},
    "secret-letters": {"task": "mail.tasks.deliver_secret", "schedule": 10},
    "reminders": {"task": "mail.tasks.queue_reminders", "schedule": 60},
    "returned-letters": {"task": "mail.tasks.collect_returned", "schedule": 300},
    "recover-letters": {"task": "mail.tasks.recover", "schedule": 60},
    "settle-roles": {
        "task": "members.tasks.settle_roles",
        "schedule": crontab(hour=0, minute=5),
    },
    "wake-lost-member-lists": {
        "task": "members.tasks.wake_lost_member_lists",
        "schedule": 60,
    },
    "wake-lost-notices": {
        "task": "members.tasks.wake_lost_notices",
        "schedule": 60,
    },
    "tend-seats": {"task": "training.tasks.tend_seats", "schedule": 60},
    "audit-seats": {
        "task": "training.tasks.audit_seats",
        "schedule": crontab(hour=2, minute=20),
    },
    "wake-lost-lists": {"task": "teams.tasks.wake_lost_lists", "schedule": 60},
    "pass-on-silent-help": {"task": "teams.tasks.pass_on_silent", "schedule": 600},
    "check-held-files": {"task": "contests.tasks.check_held_files", "schedule": 60},
    "make-copies": {"task": "contests.tasks.make_copies", "schedule": 60},
    "drop-orphan-files": {
        "task": "contests.tasks.drop_orphan_files",
        "schedule": crontab(hour=3, minute=0),
    },
    "ask-for-more-readings": {
        "task": "contests.tasks.ask_for_more_readings",
        "schedule": crontab(hour="7-20", minute=25),
    },
    "check-held-papers": {"task": "training.tasks.check_held_files", "schedule": 60},
    "drop-orphan-papers": {
        "task": "training.tasks.drop_orphan_files",
        "schedule": crontab(hour=3, minute=5),
    },
    "finish-uploads": {"task": "content.tasks.finish_uploads", "schedule": 60},
    "catch-up-pictures": {"task": "content.tasks.catch_up_pictures", "schedule": 60},
    "drop-orphan-pictures": {
        "task": "content.tasks.drop_orphan_pictures",
        "schedule": crontab(hour=3, minute=10),
    },
    "forget-ended-sessions": {
        "task": "members.tasks.forget_ended_sessions",
        "schedule": crontab(hour=3, minute=50),
    },
    "remove-unproved-accounts": {
        "task": "members.tasks.remove_unproved_accounts",
        "schedule": crontab(minute=35),
    },
    "tend-data-requests": {
        "task": "members.tasks.tend_data_requests",
        "schedule": 600,
    },
    # Every rule of members.retention; those of minutes and hours have their own too.
    "purge": {
        "task": "members.tasks.purge",
        "schedule": crontab(hour=3, minute=45),
    },
    "settle-ledger": {
        "task": "members.tasks.settle_ledger",
        "schedule": crontab(hour=2, minute=5),
    },
    "carry-out-unit-changes": {
        "task": "members.tasks.carry_out_unit_changes",
        "schedule": 60,
    },
    "audit-units": {
        "task": "members.tasks.audit_units",
        "schedule": crontab(hour=2, minute=30),
    },
    "drop-left-behind-stories": {
        "task": "news.tasks.drop_left_behind",
        "schedule": crontab(hour=3, minute=30),
    },
    "look-at-imports-again": {
        "task": "news.tasks.look_again",
        "schedule": crontab(minute=25),
    },
    "wake-stuck-batches": {
        "task": "certificates.tasks.wake_stuck_batches",
        "schedule": 60,
    },
    "collect-page-views": {"task": "content.tasks.collect_page_views", "schedule": 60},
    "scan-content": {
        "task": "portal.tasks.scan_content",
        "schedule": crontab(hour=4, minute=30),
    },
    "count-search-words": {
        "task": "content.tasks.count_search_words",
        "schedule": crontab(hour=3, minute=20),
    },
}

# What nobody took within this time the next round brings again, so that workers that
# were away for a night do not find thousands of the same. Long, because a worker whose
# clock is minutes ahead would otherwise throw away everything.
FORGET_AFTER = 15 * 60
for _entry in CELERY_BEAT_SCHEDULE.values():
    if not isinstance(_entry["schedule"], crontab):
        _entry["options"] = {"expires": FORGET_AFTER}

# Celery would put lines of its own beside ours.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "content.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
        "json": {"()": "content.logs.JSONFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # A refused request is the visitor's error; the access log has it already.
        "django.security": {"level": "ERROR"},
        # aiosmtpd writes down every command.
        "mail.log": {"level": "WARNING"},
    },
}
