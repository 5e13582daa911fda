"""One settings file; every knob is an environment variable (README, "Settings").

Production (HOINGHI_ENV=production) refuses to start without SECRET_KEY, ALLOWED_HOSTS and
DATABASE_URL. bin/run sets the rest for the embedded services.
"""

import logging
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from kombu import Exchange, Queue

from hoinghi import logs, scanning
from hoinghi.formats.vi import formats
from hoinghi.proxies import read_networks
from hoinghi.security_contacts import read_contacts
from hoinghi.storage_url import storage_of
from hoinghi.working_hours import WorkingHours

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PRODUCTION = env.str("HOINGHI_ENV", "local") == "production"
DEMO = env.bool("HOINGHI_DEMO", False)
HOINGHI_HOME = Path(env.str("HOINGHI_HOME", str(BASE_DIR / ".local"))).resolve()
if PRODUCTION:
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"):
        if not env.str(name, ""):
            raise ImproperlyConfigured(f"{name} must be set when HOINGHI_ENV=production.")
    if DEMO:
        raise ImproperlyConfigured("HOINGHI_DEMO must not be set when HOINGHI_ENV=production.")

SECRET_KEY = env.str("SECRET_KEY", "insecure-local-key-of-at-least-fifty-characters-for-development")
# Former keys, separated by commas: still good for reading, until what they sealed is sealed anew (manage.py reseal).
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Printed in letters and documents, which are rendered outside any request.
PUBLIC_URL = env.str("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
# The organising unit (uid in directory/data/organisations.csv) whose name the frame of each page carries.
SITE_UNIT = env.str("SITE_UNIT", "moit-dck")
# Whom people ask about their data (Luật 91/2025/QH15, Điều 33.2): name, telephone, address, as printed.
DATA_PROTECTION_CONTACT = env.str("DATA_PROTECTION_CONTACT", "")

INSTALLED_APPS = [
    "hoinghi.adminsite.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "import_export",
    "csp",
    "django_htmx",
    "django_structlog",
    "django_prometheus",
    "directory",
    "correspondence",
    "conferences",
    "venues",
    "delegates",
]

MIDDLEWARE = [
    "hoinghi.middleware.ClientAddressMiddleware",
    "hoinghi.sharing.SharingMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "hoinghi.middleware.SecurityHeadersMiddleware",
    # Behind those who only add headers: what these answer or refuse has them, too.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hoinghi.intake.IntakeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "directory.session_limits.SessionLimitsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "directory.confirming.ConfirmingMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hoinghi.logs.RequestLogMiddleware",
    "directory.second_factor.SecondFactorMiddleware",
    "directory.looking.LookingMiddleware",
    "hoinghi.middleware.DefaultDenyMiddleware",
    "conferences.teams.TeamMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "hoinghi.urls"
WSGI_APPLICATION = "hoinghi.wsgi.application"
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
                "directory.context_processors.site",
                "delegates.standing_in.shown",
                "directory.looking.shown",
            ],
            "builtins": [
                "hoinghi.templatetags.vietnamese",
                "hoinghi.templatetags.look",
                "hoinghi.templatetags.fields",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {"default": env.db("DATABASE_URL", default="postgres://hoinghi@127.0.0.1:5432/hoinghi")}
# The role under which web, workers and beat run in production; `upgrade`, run by the owner, gives it its rights.
DATABASE_APP_ROLE = env.str("DATABASE_APP_ROLE", "")
# pg_dump and pg_restore of the server's version, for manage.py backup and restore; empty: the first that is found.
PG_BIN = env.str("PG_BIN", "")
BACKUP_PASSPHRASE = env.str("BACKUP_PASSPHRASE", "")
# Set where DATABASE_URL is a pooler that gives a connection to whoever comes for one transaction (PgBouncer): the
# server itself, for what needs a session of its own (directory.direct). Nothing else may: no cursor that stays
# there between two questions, no connection that is kept while nobody asks.
DATABASE_DIRECT_URL = env.str("DATABASE_DIRECT_URL", "")
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 0 if DATABASE_DIRECT_URL else 60),
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": bool(DATABASE_DIRECT_URL),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "hoinghi.caching.SteadyCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 5},
    },
    # What every page needs, in the process itself: pages are read although the broker is away.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # Failed logins of many addresses must not push one another out while Redis is away.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
# Finished public pages that each web process keeps for visitors (hoinghi.sharing); 0: none.
SHARED_PAGES_MB = env.int("SHARED_PAGES_MB", 16)
# Calls of the read API from one address; 0: no limit.
API_PER_MINUTE = env.int("API_PER_MINUTE", 120)

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A page that wakes a worker must not wait for a broker that is away: a moment, not the usual 6 seconds.
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 1, "interval_start": 0, "socket_connect_timeout": 2}
# A worker that names no queue serves them all, as on a desk; in production each has workers of its own, so that
# a hundred PDFs never keep a letter waiting.
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in ("celery", "mail", "pdf")]
CELERY_TASK_ROUTES = {
    "correspondence.tasks.send_due_messages": {"queue": "mail"},
    "conferences.tasks.print_photos": {"queue": "pdf"},
    "correspondence.tasks.render_pending_copies": {"queue": "pdf"},
}
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_BEAT_SCHEDULE_FILENAME = str(HOINGHI_HOME / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for task, seconds in {
        "correspondence.tasks.carry_out_mailings": 10.0,
        "correspondence.tasks.render_pending_copies": 10.0,
        "correspondence.tasks.send_due_messages": 10.0,
        "conferences.tasks.remind": 60.0,
        "conferences.tasks.index_changes": 20.0,
        "conferences.tasks.read_files": 60.0,
        "delegates.tasks.make_packages": 60.0,
        "delegates.tasks.tell_materials": 60.0,
    }.items()
} | {
    # It reads every stored file, so at an hour when nobody waits for the disk.
    "directory.tasks.check_invariants": {
        "task": "directory.tasks.check_invariants",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": 6 * 3600},
    },
    "directory.tasks.remove_unfinished_files": {
        "task": "directory.tasks.remove_unfinished_files",
        "schedule": crontab(hour=2, minute=15),
        "options": {"expires": 6 * 3600},
    },
    "directory.tasks.forget_expired_sessions": {
        "task": "directory.tasks.forget_expired_sessions",
        "schedule": crontab(hour=2, minute=10),
        "options": {"expires": 6 * 3600},
    },
    "delegates.tasks.keep_retention": {
        "task": "delegates.tasks.keep_retention",
        "schedule": crontab(hour=3, minute=0),
        "options": {"expires": 6 * 3600},
    },
}

AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "directory.roles.DeskRights",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "correspondence.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# No letter to strangers whose address somebody typed.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Before a dangerous page, whoever logged in longer ago than this says once more who it is; 0: nobody is asked.
FRESH_LOGIN_SECONDS = env.int("FRESH_LOGIN_SECONDS", 0 if DEMO else 15 * 60)
MFA_ADAPTER = "correspondence.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Addresses are not verified by letters: an account is opened through a link that was mailed to it.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Cổng hội nghị"
# Clocks of telephones and servers differ: one step of 30 seconds either way.
MFA_TOTP_TOLERANCE = 1
# A passkey over http only where there is no certificate: on a desk.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
# Everybody who tries the demo shares its accounts, so nobody may bind them to a telephone of his own.
MFA_REQUIRED_FOR_STAFF = env.bool("MFA_REQUIRED_FOR_STAFF", not DEMO)
MFA_REQUIRED_FOR_MANDATES = env.bool("MFA_REQUIRED_FOR_MANDATES", False)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = env.int("SET_PASSWORD_LINK_SECONDS", 7 * 24 * 3600)

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
FORMAT_MODULE_PATH = "hoinghi.formats"
# Forms find the formats by the path; django-import-export reads these settings, whose defaults are American.
DATE_INPUT_FORMATS = formats.DATE_INPUT_FORMATS
TIME_INPUT_FORMATS = formats.TIME_INPUT_FORMATS
DATETIME_INPUT_FORMATS = formats.DATETIME_INPUT_FORMATS

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.str("STATIC_ROOT", str(HOINGHI_HOME / "static"))
MEDIA_ROOT = env.str("MEDIA_ROOT", str(HOINGHI_HOME / "media"))
STORAGE_URL = env.str("STORAGE_URL", "")
STORAGES = {
    "default": storage_of(STORAGE_URL),
    "staticfiles": {"BACKEND": "hoinghi.files.StaticFilesStorage"},
}
# Pages name hashed files only; compressing the others as well doubles the first start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Internal location of the reverse proxy that serves MEDIA_ROOT; empty: Django serves the bytes itself.
X_ACCEL_LOCATION = env.str("X_ACCEL_LOCATION", "")
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "hoinghi.files.TemporaryUploadHandler",
]
UPLOAD_MAX_MB = env.int("UPLOAD_MAX_MB", 200)
# clamd, which is shown every upload; empty: nobody looks. An upload that it can't be shown is refused.
CLAMAV_URL = env.str("CLAMAV_URL", "")
if CLAMAV_URL:
    scanning.read_url(CLAMAV_URL)
# Read the first page of uploaded PDF and Word files for the stamp of a state secret.
READ_STAMPS = env.bool("READ_STAMPS", True)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

EMAIL_CONFIG = env.email("EMAIL_URL", default="smtp://127.0.0.1:1025")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 20)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Cổng hội nghị <hoinghi@portal.example>")
# With demo data nothing may reach a real mailbox: every other domain is refused by the outbox.
OUTBOX_ALLOWED_DOMAINS = env.list("OUTBOX_ALLOWED_DOMAINS", default=["example"] if DEMO else [])
# Over all workers; 0: no limit.
OUTBOX_PER_MINUTE = env.int("OUTBOX_PER_MINUTE", 1000)
# How long after a worker's death its letters are taken back. Longer than one answer of the mail server takes.
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", 30)
# Reminders go out in these hours, Monday to Friday, never on a holiday.
try:
    REMINDER_HOURS = WorkingHours.read(
        env.str("REMINDER_HOURS", "07:00-18:00"),
        env.list("REMINDER_HOLIDAYS", default=["01/01", "30/4", "01/5", "02/9"]),
    )
except ValueError as error:
    raise ImproperlyConfigured(f"REMINDER_HOURS, REMINDER_HOLIDAYS: {error}") from error

SESSION_COOKIE_HTTPONLY = True
# How long a login lasts at most, and how long without anybody at the machine (directory.session_limits).
SESSION_SECONDS = env.int("SESSION_SECONDS", 8 * 3600)
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", 30 * 60)
# The row outlives the login by a day, so that a form that comes too late still finds whose it was.
SESSION_COOKIE_AGE = SESSION_SECONDS + 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31536000 if PRODUCTION else 0)
# Who may say where a request came from (X-Forwarded-For) and whether by https (X-Forwarded-Proto).
try:
    TRUSTED_PROXIES = read_networks(env.list("TRUSTED_PROXIES", default=[]))
except ValueError as error:
    raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}") from error
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # the ministry's other subdomains are not ours to bind to https
    "security.W021",  # nor is its entry in the browsers' preload list
    "security.W019",  # pages of the portal may frame pages of the portal
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}

LOGGING = logs.configure(json=PRODUCTION, level=env.str("LOG_LEVEL", "INFO"))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"

# Whoever knows it reads /metrics; empty: nobody does.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")

# Whom to tell of a weakness, in /.well-known/security.txt; empty: there is none.
try:
    SECURITY_CONTACT = read_contacts(env.list("SECURITY_CONTACT", default=[]))
except ValueError as error:
    raise ImproperlyConfigured(f"SECURITY_CONTACT: {error}") from error

if SENTRY_DSN := env.str("SENTRY_DSN", ""):
    from hoinghi.reports import report_errors

    report_errors(SENTRY_DSN)
