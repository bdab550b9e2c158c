"""`python -m ncii.health web|worker|push|beat`: exit code 0 where that process, on this host, is well."""

import os
import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

BEAT_SILENCE = 120  # seconds; beat has something to do every five


def web() -> bool:
    """Ask /healthz over loopback, in the name of the public host: other names are refused."""
    host = urlsplit(os.environ.get("PUBLIC_ORIGIN", "")).netloc or "127.0.0.1"
    port = os.environ.get("WEB_BIND", "").rpartition(":")[2] or "8000"
    address = f"http://127.0.0.1:{port}/healthz"
    request = urllib.request.Request(address, headers={"Host": host})
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        return bool(answer.status == 200)


def worker(name: str = "celery") -> bool:
    """Ask this host's Celery worker of that name over the broker."""
    from ncii.celery import app

    node = f"{name}@{socket.gethostname()}"
    return bool(app.control.inspect(destination=[node], timeout=5).ping())


def push() -> bool:
    """Ask the worker that posts webhooks, where it shares a host and was named `push@%h`."""
    return worker("push")


def beat() -> bool:
    """Look at the sign of life that beat leaves: it must be fresh."""
    from ncii.beat import alive_file

    return time.time() - alive_file().stat().st_mtime < BEAT_SILENCE


CHECKS: dict[str, Callable[[], bool]] = {
    "web": web,
    "worker": worker,
    "push": push,
    "beat": beat,
}


def main() -> int:
    """Return 0 for well, 1 for ill, 2 for a part that there is not."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ncii.settings")
    part = sys.argv[1] if len(sys.argv) == 2 else ""
    if part not in CHECKS:
        print(f"usage: python -m ncii.health {'|'.join(CHECKS)}", file=sys.stderr)  # noqa: T201
        return 2
    try:
        return 0 if CHECKS[part]() else 1
    except (OSError, ValueError, ImproperlyConfigured) as error:
        print(f"{part}: {type(error).__name__}", file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main())
