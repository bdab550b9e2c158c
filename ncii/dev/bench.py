"""`make bench`: run every measurement (`<app>/bench/*.py`, each with a `main()`), one by one."""

from __future__ import annotations

import importlib
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import django

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
    """Run those whose name contains one of the arguments, or all; return 1 where there is none."""
    wanted = [
        name for name in modules() if not sys.argv[1:] or any(w in name for w in sys.argv[1:])
    ]
    versions = ", ".join(f"{name} {version(name)}" for name in TOLD)
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(versions)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ncii.tests.settings")
    django.setup()
    for name in wanted:
        print(f"\n=== {name}", flush=True)
        importlib.import_module(name).main()
    return 0 if wanted else 1


if __name__ == "__main__":
    sys.exit(main())
