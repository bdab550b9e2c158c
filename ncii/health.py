"""`python -m ncii.health web|worker|beat`: exit code 0 where that process, on this host, is well."""

import os
import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

BEAT_SILENCE = 600  # seconds; beat writes its schedule down every three minutes


def web() -> bool:
    """Ask /healthz over loopback, in the name of the public host: other names are refused."""
    host = urlsplit(os.environ.get("PUBLIC_ORIGIN", "")).netloc or "127.0.0.1"
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
    request = urllib.request.Request(address, headers={"Host": host})
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        return bool(answer.status == 200)


def worker() -> bool:
    """Ask this host's Celery worker over the broker."""
    from ncii.celery import app

    name = f"celery@{socket.gethostname()}"
    return bool(app.control.inspect(destination=[name], timeout=5).ping())


def beat() -> bool:
    """Look at the file in which beat keeps its schedule: it must be fresh."""
    from ncii.celery import app

    path = Path(app.conf.beat_schedule_filename)
    written = max(found.stat().st_mtime for found in path.parent.glob(f"{path.name}*"))
    return time.time() - written < BEAT_SILENCE


CHECKS: dict[str, Callable[[], bool]] = {"web": web, "worker": worker, "beat": beat}


def main() -> int:
    """Return 0 for well, 1 for ill."""
    try:
        return 0 if CHECKS[sys.argv[1]]() else 1
    except (OSError, ValueError) as error:
        print(f"{sys.argv[1]}: {type(error).__name__}", file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main())
