"""Every setting of the product, read from the environment (ncii.env)."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Exchange, Queue

from ncii.env import (
    BASE_DIR,
    PRODUCTION,
    database,
    env,
    log_level,
    mail,
    mode,
    read_secret,
    secret,
    var_dir,
)
from ncii.static_files import add_headers

MODE = mode()
VAR_DIR = var_dir()
IN_PRODUCTION = MODE == PRODUCTION

DEBUG = env.bool("DEBUG", default=False)
PUBLIC_ORIGIN = env.str("PUBLIC_ORIGIN", default="http://127.0.0.1:8000").rstrip("/")
HTTPS = urlsplit(PUBLIC_ORIGIN).scheme == "https"
# Loopback too: who runs it asks /healthz and /metrics there. A stranger who gives that name gets
# links to their own machine, and nobody else does: no page of ours is cached.
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[urlsplit(PUBLIC_ORIGIN).hostname or "", "127.0.0.1", "localhost"]
)

# --- Secrets: each its own, so that one leak is one leak ---
SECRET_KEY = secret("SECRET_KEY", keyring=False)
SECRET_KEY_FALLBACKS = [key for key in read_secret("SECRET_KEY_FALLBACKS").split(",") if key]
CASE_INDEX_KEYS = secret("CASE_INDEX_KEYS", keyring=True)
CASE_PIN_KEYS = secret("CASE_PIN_KEYS", keyring=True)
API_KEY_KEYS = secret("API_KEY_KEYS", keyring=True)
FIELD_KEYS = secret("FIELD_KEYS", keyring=True)
PSEUDONYM_KEYS = secret("PSEUDONYM_KEYS", keyring=True)

# --- The sign on the door (ncii.maintenance) ---
MAINTENANCE = env.bool("MAINTENANCE", default=False)
MAINTENANCE_RETRY_SECONDS = env.int("MAINTENANCE_RETRY_SECONDS", default=900)

# --- The house ---
INSTALLED_APPS = [
    "cases",
    "matching",
    "partners",
    "hashes",
    "ncii",
    "ncii.ledger",
    "ncii.staff.apps.StaffConfig",
    "ncii.staff.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django.forms",  # its templates, for FORM_RENDERER
]
MIDDLEWARE = [
    "ncii.middleware.request_log",
    "ncii.middleware.quiet_headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ncii.maintenance.maintenance",
    "ncii.middleware.body_limit",
    "ncii.middleware.plain_address",
    "ncii.middleware.say_which_methods",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "ncii.urls"
WSGI_APPLICATION = "ncii.wsgi.application"
ASGI_APPLICATION = "ncii.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database: the truth ---
DATABASES = {"default": database(f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
ON_SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if ON_SQLITE:
    # A writer takes its lock at BEGIN (a read that turns into a write would fail at once), and
    # a commit is on the disk before we say yes.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # A file, because tests look at the database from several processes.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # No bank stands on turning disks, for which the default is: with it, a few rows among many
    # thousands would be found by reading them all. What DATABASE_URL says comes later and counts.
    database_options = DATABASES["default"].setdefault("OPTIONS", {})
    theirs = database_options.get("options", "")
    database_options["options"] = f"-c random_page_cost=1.1 {theirs}".strip()

# --- Celery: wakes things up; what is to do stands in the database ---
BROKER_URL = env.str("BROKER_URL", default="filesystem://")
REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
if BROKER_URL.startswith("filesystem:"):
    _broker = VAR_DIR / "broker"
    for _part in ("queue", "processed", "control"):
        Path(_broker / _part).mkdir(mode=0o700, parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT = "ncii.lib.file_broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
        "store_processed": False,
    }
elif BROKER_URL.startswith("redis"):
    # A broker that is away must not hold a victim's request: the beat will find the work.
    CELERY_BROKER_TRANSPORT = "ncii.lib.redis_broker:Transport"
    # Left to itself, Celery believes whoever answers.
    CELERY_BROKER_USE_SSL = BROKER_URL.startswith("rediss:") and {"ssl_cert_reqs": "required"}
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 120,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "retry_on_timeout": False,
        # To publish, kombu would try for six seconds to connect to a broker that refuses.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
        "connect_retries_timeout": 2,
    }
# Deliveries wait for machines of others: they have a queue, and workers, of their own. A worker
# that is started without --queues takes all of them.
PUSH_QUEUE = "push"
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(name), routing_key=name) for name in ("celery", PUSH_QUEUE)
]
CELERY_TASK_ROUTES = {"partners.tasks.deliver": {"queue": PUSH_QUEUE}}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "ncii.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    "publish": {"task": "hashes.tasks.publish", "schedule": 5.0, "options": {"expires": 5}},
    "ring": {"task": "partners.tasks.ring", "schedule": 5.0, "options": {"expires": 5}},
    "deliver": {"task": "partners.tasks.deliver", "schedule": 5.0, "options": {"expires": 5}},
    "tidy": {"task": "cases.tasks.tidy", "schedule": 3600.0, "options": {"expires": 3600}},
    "index": {
        "task": "matching.tasks.refresh_index",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "harmless": {
        "task": "matching.tasks.sweep_harmless",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "ledger": {
        "task": "ncii.ledger.tasks.write_ledger",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "spikes": {
        "task": "matching.tasks.watch_spikes",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "duplicates": {
        "task": "matching.tasks.count_duplicates",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "tend": {"task": "partners.tasks.tend", "schedule": 3600.0, "options": {"expires": 3600}},
}

CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    )
}

# --- Passwords (staff) and PINs ---
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Where a login goes on that asks for a page elsewhere.
LOGIN_REDIRECT_URL = "admin:index"

# --- Sessions, cookies, transport ---
SESSION_ENGINE = "ncii.lib.sessions"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_AGE = 15 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
# It ends with the browser: a year of it would tell who has the phone that the site was visited.
CSRF_COOKIE_AGE = None
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]
CSRF_FAILURE_VIEW = "ncii.views.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
# One proxy of ours in front, which sets X-Forwarded-Proto and appends to X-Forwarded-For.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 63072000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# Other sites are told nothing. "no-referrer" would also make browsers send "Origin: null" with our
# own forms (Fetch, "append a request Origin header"), which the CSRF check must refuse.
SECURE_REFERRER_POLICY = "same-origin"
# ncii.middleware says it, of documents only: a script of a kilobyte has no opener.
SECURE_CROSS_ORIGIN_OPENER_POLICY = None
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
# health checks come from inside the container, in plain http
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
# Whoever sends it as a bearer token reads /metrics; empty: nobody does.
METRICS_TOKEN = read_secret("METRICS_TOKEN")

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": (),
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

# --- Limits ---
# 20 files with 16 claims each, as JSON, url-encoded, stay below 200 kB.
MAX_BODY_BYTES = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_HANDLERS = ["ncii.middleware.RefuseUploads"]

# --- Intake (cases.pace, cases.work) ---
# Cases that one address may open in an hour: a helpline, a shelter or a campus has one address.
INTAKE_PER_HOUR = env.int("INTAKE_PER_HOUR", default=30)
# Below this many cases in ten minutes, no proof of work is asked of anybody; 0: always asked.
INTAKE_CALM = env.int("INTAKE_CALM", default=60)

# --- Publication ---
# Seconds between publications, so that the hashes of several cases come out together; 0: at once.
PUBLICATION_INTERVAL = env.int("PUBLICATION_INTERVAL", default=0)
# What makes a hash a spike (docs/matching.md): at least so many matches in 24 hours at a platform and
# so many times what its peers get there, or at least so many platforms at once.
SPIKE_LEAST_MATCHES = env.int("SPIKE_LEAST_MATCHES", default=100)
SPIKE_TIMES = env.int("SPIKE_TIMES", default=10)
SPIKE_LEAST_PARTNERS = env.int("SPIKE_LEAST_PARTNERS", default=5)

# --- Retention ---
# A withdrawn case can be looked at this long; then it is deleted.
WITHDRAWN_CASE_DAYS = env.int("WITHDRAWN_CASE_DAYS", default=30)
# A partner that has not read the feed for this long begins anew, so tombstones need not wait.
TOMBSTONE_DAYS = env.int("TOMBSTONE_DAYS", default=90)
# What was taken back, a line each: keep it where a broken database can't take it along.
LEDGER_FILE = env.str("LEDGER_FILE", default="") or str(VAR_DIR / "ledger.jsonl")
LEDGER_FILE_IS_CHOSEN = bool(env.str("LEDGER_FILE", default=""))

# --- E-mail: sent once, inside the request ---
EMAIL_CONFIG = mail()
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
# Public, on the pages for partners and on accessibility. Never for people's cases.
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="no-reply@localhost")

# --- Languages ---
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", "العربية"),
    ("bn", "বাংলা"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("hi", "हिन्दी"),
    ("hu", "Magyar"),
    ("id", "Bahasa Indonesia"),
    ("it", "Italiano"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt-br", "Português (Brasil)"),
    ("sv", "Svenska"),
    ("tr", "Türkçe"),
    ("ur", "اردو"),
]
LOCALE_PATHS = [BASE_DIR / "ncii" / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["ncii.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
SITE_NAME = _("Hash Bank")
# Where "exit this page" goes: neutral, and of a kind that is open on many screens.
EXIT_URL = env.str("EXIT_URL", default="https://www.wikipedia.org/")

# --- Static files: the release is in the address, so what is cached is never stale ---
STATIC_ROOT = BASE_DIR / "staticfiles"
_release_file = BASE_DIR / "var" / "release"
RELEASE = env.str("NCII_RELEASE", default="") or (
    _release_file.read_text().strip() if _release_file.exists() else "dev"
)
STATIC_URL = f"/static/{RELEASE}/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "ncii.static_files.StaticFiles"},
}
WHITENOISE_ADD_HEADERS_FUNCTION = add_headers
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 0 if RELEASE == "dev" else 31536000
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# --- API ---
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["partners.api.auth.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["partners.api.auth.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["partners.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "partners.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
# A partner's requests per minute (partners.rates) are multiplied by this.
PARTNER_RATE_FACTOR = env.int("PARTNER_RATE_FACTOR", default=1)
SPECTACULAR_SETTINGS = {
    "TITLE": "NCII Hash Bank",
    "VERSION": "1",
    "DESCRIPTION": "For platforms: take hashes of intimate images that are shared without "
    "consent, report what you find, and hear when a hash is withdrawn.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "Signal": [("ImagePDQ", "ImagePDQ"), ("VideoMD5", "VideoMD5")],
        "State": [(name, name) for name in ("Active", "Withdrawn", "Deleted")],
        "WebhookState": "partners.models.EndpointState",
        "WebhookEvent": "partners.models.Event",
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

# Webhooks go to https on 443 at public addresses; only development may ring this machine.
WEBHOOKS_MAY_BE_LOCAL = env.bool("WEBHOOKS_MAY_BE_LOCAL", default=not IN_PRODUCTION)

# --- Logs: JSON lines on standard error, redacted (ncii.redaction) ---
LOGGING_CONFIG = None
LOG_LEVEL = log_level()
