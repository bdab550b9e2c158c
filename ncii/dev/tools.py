"""Programs that pip and npm can't bring: found, installed (Debian, as root), or named.

Standard library only: `make` runs it by path, before there is a virtual environment.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

OLDEST_NODE = 20


def _on_path(*names: str) -> Path | None:
    for name in names:
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def _postgres() -> Path | None:
    """The newest of the servers Debian keeps off PATH, else the one on PATH."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name),
        reverse=True,
    )
    on_path = _on_path("initdb")
    candidates = [*folders, *([on_path.resolve().parent] if on_path else [])]
    return next(
        (
            path
            for path in candidates
            if (path / "initdb").exists() and (path / "postgres").exists()
        ),
        None,
    )


def _chromium() -> Path | None:
    chosen = os.environ.get("CHROMIUM")
    return (
        Path(chosen)
        if chosen
        else _on_path("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    )


@dataclass(frozen=True)
class Tool:
    """One program: what needs it, how to find it, and Debian's packages that bring it."""

    needed_for: str
    find: Callable[[], Path | None]
    packages: tuple[str, ...]
    # What needs it is left out where it can't be had.
    optional: bool = False


def _venv() -> Path | None:
    """Debian ships Python's venv apart from Python."""
    found = importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")
    return Path(sys.executable) if found else None


def _headers() -> Path | None:
    """Debian ships Python's headers apart from Python, too."""
    header = Path(sysconfig.get_path("include")) / "Python.h"
    return header if header.exists() else None


def _compose() -> Path | None:
    """Docker's plug-in where it is, else the older program."""
    docker = _on_path("docker")
    if docker:
        asked = subprocess.run([docker, "compose", "version"], capture_output=True, check=False)
        if asked.returncode == 0:
            return docker
    return _on_path("docker-compose")


def _node() -> Path | None:
    """Node, unless it is older than the build needs."""
    found = _on_path("node")
    if found is None:
        return None
    asked = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    major = asked.stdout.strip().removeprefix("v").partition(".")[0]
    return found if major.isdecimal() and int(major) >= OLDEST_NODE else None


TOOLS = {
    "c++": Tool(
        "pdqhash, which is built from source", lambda: _on_path("c++", "g++", "clang++"), ("g++",)
    ),
    "headers": Tool("pdqhash, which is built from source", _headers, ("python3-dev",)),
    "chromium": Tool("browser tests", _chromium, ("chromium",)),
    "firefox": Tool(
        "the journey in Firefox",
        lambda: _on_path("firefox-esr", "firefox"),
        ("firefox-esr",),
        optional=True,
    ),
    "postgres": Tool("tests on PostgreSQL", _postgres, ("postgresql",)),
    "redis": Tool("tests on Redis", lambda: _on_path("redis-server"), ("redis-server",)),
    "compose": Tool("the check of docker-compose.yml", _compose, ("docker-compose",)),
    "xgettext": Tool("the translation catalogues", lambda: _on_path("xgettext"), ("gettext",)),
    "venv": Tool("the virtual environment", _venv, ("python3-venv",)),
    "node": Tool("the browser hasher's build", _node, ()),
    "npm": Tool("the browser hasher's build", lambda: _on_path("npm"), ()),
}


class MissingToolError(RuntimeError):
    """A program is missing and can't be installed from here; the message is one line."""


def find(name: str) -> Path:
    """Where the tool is; for `postgres` the server's folder. Raises MissingToolError."""
    tool = TOOLS[name]
    path = tool.find()
    if path is None:
        packages = " ".join(tool.packages)
        # Debian's own Node is older than the build needs.
        advice = (
            f"apt-get install {packages}" if packages else f"install Node {OLDEST_NODE} or newer"
        )
        state = "missing" if packages else "missing or too old"
        raise MissingToolError(f"{name} is {state} ({tool.needed_for}): {advice}")
    return path


def _can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install(packages: list[str]) -> None:
    print("Installing Debian packages:", " ".join(packages), flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    # Installing a server package must not start that server: tests start their own.
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        subprocess.run(
            ["apt-get", "update", "-q"], env=environment, stdout=subprocess.DEVNULL, check=False
        )
        subprocess.run(install, env=environment, stdout=subprocess.DEVNULL, check=True)
    finally:
        if ours:
            policy.unlink()


def ensure(names: list[str]) -> None:
    """See that every named tool is there. Raises MissingToolError for what can't be installed.

    An optional tool that can't be had is no error.
    """
    missing = [name for name in names if TOOLS[name].find() is None]
    for optional in (False, True):
        chosen = [TOOLS[name] for name in missing if TOOLS[name].optional is optional]
        packages = [package for tool in chosen for package in tool.packages]
        if packages and _can_install():
            with contextlib.suppress(*[subprocess.CalledProcessError] if optional else []):
                _apt_install(packages)
    for name in names:
        if not TOOLS[name].optional:
            find(name)


def main() -> int:
    try:
        ensure(sys.argv[1:])
    except (MissingToolError, subprocess.CalledProcessError) as error:
        print(f"make: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
