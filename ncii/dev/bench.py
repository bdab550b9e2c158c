"""`make bench`: run every measurement (`<app>/bench/*.py`, each with a `main()`), one by one."""

from __future__ import annotations

import importlib
import os
import platform
import sys
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

import django

from ncii.dev import servers

ROOT = Path(__file__).resolve().parents[2]
APPS = ("cases", "hashes", "matching", "ncii", "partners")
TOLD = ("Django", "celery", "psycopg", "pdqhash", "numpy")


def modules() -> list[str]:
    """Names of all measurement modules, in order."""
    paths = [path for app in APPS for path in sorted((ROOT / app).glob("bench/*.py"))]
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in paths
        if path.name != "__init__.py"
    ]


def main() -> int:
    """Run those whose name contains one of the arguments, or all; return 1 where there is none.

    On a PostgreSQL and a Redis of its own, unless DATABASE_URL names another database.
    """
    wanted = [name for name in modules() if _is_wanted(name)]
    versions = ", ".join(f"{name} {version(name)}" for name in TOLD)
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(versions)
    with ExitStack() as stack:
        if "DATABASE_URL" not in os.environ:
            os.environ["DATABASE_URL"] = stack.enter_context(servers.postgres())
            redis = stack.enter_context(servers.redis())
            os.environ |= {"BROKER_URL": f"{redis}/0", "REDIS_URL": f"{redis}/1"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ncii.tests.settings")
        django.setup()
        for name in wanted:
            print(f"\n=== {name}", flush=True)
            importlib.import_module(name).main()
    return 0 if wanted else 1


def _is_wanted(name: str) -> bool:
    words = sys.argv[1:]
    return not words or any(word in name for word in words)


if __name__ == "__main__":
    sys.exit(main())
