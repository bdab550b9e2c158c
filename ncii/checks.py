"""System checks: production refuses to start with settings that could hurt somebody.

`manage.py check` lists them; `refuse_unsafe_settings` stops a web process, a worker or a beat
that would otherwise start without anybody having asked.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured

from ncii.env import KEYRINGS
from ncii.lib.keyring import Keyring, KeyringError
from ncii.staff.protection import may_rewrite_audit

TAG = "ncii"
SHORTEST_SECRET = 32
# Random hex of that length has fewer once in 10^4 tries at most; repeats always have.
FEWEST_SYMBOLS = 10
GIVEAWAYS = ("insecure", "changeme", "change-me", "example", "password", "default")
REDIS = ("redis", "rediss", "unix")
LASTING_BROKERS = ("redis", "rediss", "amqp", "amqps")
SPILLING_MAIL = ("console", "filebased", "locmem")
MAKE_KEYS = "`python manage.py make_keys` prints a fresh set."

Check = Callable[..., list[CheckMessage]]


def in_production(check: Callable[[], Iterator[CheckMessage]]) -> Check:
    """Register a check that speaks in production only."""

    def run(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
        return list(check()) if settings.IN_PRODUCTION else []

    run.__name__ = check.__name__
    run.__doc__ = check.__doc__
    register(run, TAG)
    return run


def refuse_unsafe_settings() -> None:
    """Raise ImproperlyConfigured, with every reason on standard error, if a check fails."""
    wrong = [found for found in run_checks(tags=[TAG]) if found.is_serious()]
    if not wrong:
        return
    for found in wrong:
        print(found, file=sys.stderr, flush=True)  # noqa: T201 - the logs may not be set up yet
    raise ImproperlyConfigured(f"Refusing to start: {', '.join(str(e.id) for e in wrong)}.")


@in_production
def debug_is_off() -> Iterator[CheckMessage]:
    """A debug page shows settings and local variables to whoever made it fail."""
    if settings.DEBUG:
        yield Error("DEBUG is on.", hint="Unset DEBUG.", id="ncii.E001")
    if settings.LOG_LEVEL not in ("INFO", "WARNING", "ERROR", "CRITICAL"):
        yield Error(
            "LOG_LEVEL lets libraries write what they handle.",
            hint="Set LOG_LEVEL to INFO, WARNING, ERROR or CRITICAL.",
            id="ncii.E002",
        )


@in_production
def secret_key_is_good() -> Iterator[CheckMessage]:
    """Sessions, cursors and forms are signed with it."""
    for name, value in _signing_keys():
        if _is_weak(value):
            yield Error(
                f"{name} is short or easy to guess.",
                hint=f"Set {name} to at least {SHORTEST_SECRET} random characters: {MAKE_KEYS}",
                id="ncii.E010",
            )


@in_production
def keyrings_are_good() -> Iterator[CheckMessage]:
    """Every keyring parses, and each of its keys is long and random."""
    for name in KEYRINGS:
        try:
            ring = Keyring.parse(getattr(settings, name))
        except KeyringError as error:
            yield Error(f"{name}: {error}", hint=MAKE_KEYS, id="ncii.E011")
            continue
        for key_id, key in ring.keys:
            if _is_weak(key.decode()):
                yield Error(
                    f"Key {key_id} of {name} is short or easy to guess.",
                    hint=f"Put a random key first in {name}: {MAKE_KEYS}",
                    id="ncii.E012",
                )


@in_production
def secrets_are_distinct() -> Iterator[CheckMessage]:
    """One leak must be one leak: no secret serves two purposes."""
    seen: dict[str, str] = {}
    for name, value in (*_signing_keys(), *_keyring_keys()):
        other = seen.setdefault(value, name)
        if other != name:
            yield Error(
                f"{name} and {other} share a secret.",
                hint=f"Give each its own: {MAKE_KEYS}",
                id="ncii.E013",
            )


@in_production
def database_is_postgresql() -> Iterator[CheckMessage]:
    """SQLite has one writer, one machine, and its backups are copies of the whole file."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine != "django.db.backends.postgresql":
        yield Error(
            f"The database is {engine.rpartition('.')[2]}.",
            hint="Set DATABASE_URL to postgres://user:password@host/name.",
            id="ncii.E020",
        )


@in_production
def broker_remembers() -> Iterator[CheckMessage]:
    """Web, workers and beat on several machines need one broker that outlives each of them."""
    scheme = urlsplit(settings.BROKER_URL).scheme
    if scheme not in LASTING_BROKERS:
        yield Error(
            f"The broker ({scheme or 'none'}) forgets, or serves one machine only.",
            hint="Set BROKER_URL to redis://, rediss://, amqp:// or amqps://.",
            id="ncii.E021",
        )


@in_production
def origin_is_https() -> Iterator[CheckMessage]:
    """Case numbers, PINs and keys travel to this address."""
    origin = urlsplit(settings.PUBLIC_ORIGIN)
    if origin.scheme != "https" or not origin.hostname or origin.path:
        yield Error(
            "PUBLIC_ORIGIN is not an https origin.",
            hint="Set PUBLIC_ORIGIN to https:// and the host, without a path.",
            id="ncii.E030",
        )


@in_production
def hosts_are_named() -> Iterator[CheckMessage]:
    """A wildcard lets a stranger choose the host in the links that we write."""
    if not settings.ALLOWED_HOSTS or any("*" in host for host in settings.ALLOWED_HOSTS):
        yield Error(
            "ALLOWED_HOSTS is empty or has a wildcard.",
            hint="Name the hosts, comma-separated, or unset it: PUBLIC_ORIGIN's host is allowed.",
            id="ncii.E031",
        )


@in_production
def webhooks_go_outside() -> Iterator[CheckMessage]:
    """A partner could have this server ring its own neighbours."""
    if settings.WEBHOOKS_MAY_BE_LOCAL:
        yield Error(
            "Webhooks may go to addresses on this network.",
            hint="Unset WEBHOOKS_MAY_BE_LOCAL.",
            id="ncii.E040",
        )


@in_production
def mail_is_not_spilt() -> Iterator[CheckMessage]:
    """The one e-mail that we send holds a case number."""
    backend = settings.EMAIL_BACKEND.rpartition(".mail.backends.")[2].partition(".")[0]
    if backend in SPILLING_MAIL:
        yield Error(
            f"E-mail goes to the {backend} backend, which writes case numbers down.",
            hint="Set EMAIL_URL to smtp+tls:// or smtp+ssl://, or unset it to send none.",
            id="ncii.E050",
        )
    encrypted = getattr(settings, "EMAIL_USE_TLS", False) or getattr(
        settings, "EMAIL_USE_SSL", False
    )
    nearby = getattr(settings, "EMAIL_HOST", "") in ("localhost", "127.0.0.1", "::1")
    if backend == "smtp" and not encrypted and not nearby:
        yield Warning(
            "Case numbers travel to the mail server in the clear.",
            hint="Set EMAIL_URL to smtp+tls:// or smtp+ssl://.",
            id="ncii.W051",
        )


# Below these any lively picture is held back.
SPIKE_FLOORS = {"SPIKE_LEAST_MATCHES": 10, "SPIKE_TIMES": 2, "SPIKE_LEAST_PARTNERS": 2}


@in_production
def spikes_are_rare() -> Iterator[CheckMessage]:
    """A limit that is too low holds victims' hashes back."""
    for name, least in SPIKE_FLOORS.items():
        if getattr(settings, name) < least:
            yield Error(
                f"{name} is so low that hashes of real cases would be held back.",
                hint=f"Set {name} to {least} or more, or unset it.",
                id="ncii.E065",
            )


@in_production
def intake_is_held_to_a_pace() -> Iterator[CheckMessage]:
    """Nobody must be shut out by a slip, and a limit must be one for all web processes."""
    if settings.INTAKE_PER_HOUR < 1:
        yield Error(
            "INTAKE_PER_HOUR lets nobody open a case.",
            hint="Set INTAKE_PER_HOUR to 1 or more, or unset it.",
            id="ncii.E060",
        )
    if settings.INTAKE_CALM < 0:
        yield Error(
            "INTAKE_CALM is below zero.",
            hint="Set INTAKE_CALM to 0 (proof of work always) or more, or unset it.",
            id="ncii.E061",
        )
    if not settings.REDIS_URL:
        yield Warning(
            "Without Redis, each web process counts cases for itself.",
            hint="Set REDIS_URL to a Redis that writes nothing to its disk.",
            id="ncii.W062",
        )


def _signing_keys() -> Iterator[tuple[str, str]]:
    yield "SECRET_KEY", settings.SECRET_KEY
    for key in settings.SECRET_KEY_FALLBACKS:
        yield "SECRET_KEY_FALLBACKS", key


def _keyring_keys() -> Iterator[tuple[str, str]]:
    for name in KEYRINGS:
        for entry in getattr(settings, name).split(","):
            yield name, entry.strip().partition(":")[2]


def _is_weak(value: str) -> bool:
    return (
        len(value) < SHORTEST_SECRET
        or len(set(value)) < FEWEST_SYMBOLS
        or any(word in value.lower() for word in GIVEAWAYS)
    )


@in_production
def ledger_lies_apart() -> Iterator[CheckMessage]:
    """A ledger that is lost with the database undoes no withdrawal again."""
    if not settings.LEDGER_FILE_IS_CHOSEN:
        yield Warning(
            "LEDGER_FILE is not set: the ledger of withdrawals lies beside everything else.",
            hint="Set LEDGER_FILE to a disk that the database is not on, and copy it away.",
            id="ncii.W080",
        )


@in_production
def metrics_are_behind_a_door() -> Iterator[CheckMessage]:
    """/metrics is open to whoever has the token: nobody guesses a long one."""
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < SHORTEST_SECRET:
        yield Error(
            f"METRICS_TOKEN is shorter than {SHORTEST_SECRET} characters.",
            hint="`openssl rand -hex 24` makes one; leave it out to close /metrics.",
            id="ncii.E070",
        )


# The smallest number that makes sense: below it something is shut, or thrown away at once.
LEAST = {
    "PUBLICATION_INTERVAL": 0,
    "MAINTENANCE_RETRY_SECONDS": 1,
    "WITHDRAWN_CASE_DAYS": 1,
    "TOMBSTONE_DAYS": 1,
    "PARTNER_RATE_FACTOR": 1,
}


@in_production
def numbers_make_sense() -> Iterator[CheckMessage]:
    """A sign that was typed by mistake must not erase cases or lock partners out."""
    for name, least in LEAST.items():
        if getattr(settings, name) < least:
            hint = f"Set {name} to {least} or more, or unset it."
            yield Error(f"{name} is below {least}.", hint=hint, id="ncii.E091")


@in_production
def addresses_lead_somewhere() -> Iterator[CheckMessage]:
    """Who presses "Quick exit" must leave, and a limit must find its Redis."""
    leave = urlsplit(settings.EXIT_URL)
    if leave.scheme != "https" or not leave.hostname:
        hint = "Set EXIT_URL to https:// and a neutral host, or unset it."
        yield Error("EXIT_URL is not an https address.", hint=hint, id="ncii.E092")
    if settings.REDIS_URL and urlsplit(settings.REDIS_URL).scheme not in REDIS:
        hint = "Set REDIS_URL to redis:// or rediss://, or unset it."
        yield Error("REDIS_URL is not the address of a Redis.", hint=hint, id="ncii.E093")


@register(Tags.database)
def the_application_can_not_rewrite_the_audit(
    app_configs: Any = None, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked by `manage.py check --database default` and by every migration."""
    if not settings.IN_PRODUCTION or not databases or not may_rewrite_audit():
        return []
    hint = (
        "Give web, worker and beat a role of their own: `manage.py limit_rights` "
        "(docs/operations.md). For the tables' owner, who migrates, it is always so."
    )
    return [Warning("This database role could rewrite the audit.", hint=hint, id="ncii.W071")]
