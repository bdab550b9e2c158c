"""`make run`: the product on this machine, with a partner that listens. One Ctrl-C ends it all."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from django.core.exceptions import ImproperlyConfigured

from ncii.dev.processes import Child, ChildDiedError, free_port, stop_all, wait_for_port
from ncii.env import var_dir

ROOT = Path(__file__).resolve().parents[2]
FIRST_PORT = 8000
STAFF = "staff"
BANNER = """
The NCII Hash Bank is running. Ctrl-C stops it.

  Site            {origin}/
  Staff           {origin}/staff/   login: {username}   password: {password}
                  The first login asks for an enrolment code: {enrolment}
                  and sets up an authenticator app. Without one, its codes are shown by
                  .venv/bin/python manage.py staff_code {username}
  Partner's key   {key}

Try it:
  1. Open the site, answer the questions, choose a photo of anything, pick a PIN, send.
  2. Watch this window: the demo partner is rung, pulls the feed and prints what it gets.
  3. Open "{origin}/" again, look the case up with its number and PIN, withdraw it, and watch
     the partner drop the hash.
  4. Ask the feed yourself:
     curl -H "Authorization: Bearer {key}" {origin}/api/v1/hashes/changes

Logs of web, workers and beat: {logs}
What the demo partner says:
"""


def _environment(port: int) -> dict[str, str]:
    return os.environ | {
        "NCII_MODE": "development",
        "PUBLIC_ORIGIN": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }


def _manage(env: dict[str, str], *arguments: str) -> str:
    """Run manage.py; return what it printed. Raises CalledProcessError."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    # What they log is for an operator's files; here a person reads along.
    quiet = env | {"LOG_LEVEL": "WARNING"}
    ran = subprocess.run(
        command, env=quiet, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return ran.stdout


def _children(env: dict[str, str], port: int, demo: dict[str, str], demo_port: int) -> list[Child]:
    logs = var_dir() / "log"
    logs.mkdir(exist_ok=True)
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "ncii.celery"]
    bind = ["--bind", f"127.0.0.1:{port}"]
    quiet = ["--without-gossip", "--without-mingle"]
    demo_env = env | {
        "DEMO_ORIGIN": env["PUBLIC_ORIGIN"],
        "DEMO_KEY": demo["partner_key"],
        "DEMO_WEBHOOK_SECRET": demo["webhook_secret"],
        "DEMO_PORT": str(demo_port),
        "DEMO_STATE": str(var_dir() / "demo-platform.json"),
    }
    config = ["-c", "python:ncii.gunicorn"]
    web = [*python, "gunicorn", "ncii.wsgi", *config, *bind, "--workers", "2", "--threads", "4"]
    worker = [*celery, "worker", "--loglevel", "INFO", *quiet]
    commands = {
        "web": web,
        "worker": [*worker, "--queues", "celery", "--concurrency", "2"],
        "push": [*worker, "--queues", "push", "--concurrency", "1", "--hostname", "push@%h"],
        "beat": [*celery, "beat", "--pidfile="],
    }
    children = [
        Child(name, command, env, logs / f"{name}.log", cwd=ROOT)
        for name, command in commands.items()
    ]
    for child in children:
        if child.log:
            child.log.unlink(missing_ok=True)
    return [*children, Child("demo", [*python, "partners.clients.demo"], demo_env, cwd=ROOT)]


def _only_one() -> IO[str]:
    """Hold the var folder's lock for as long as the file is open. Raises SystemExit."""
    try:
        file = (var_dir() / "run.lock").open("w")
    except ImproperlyConfigured as error:
        sys.exit(f"make run: {error}")
    except OSError as error:
        sys.exit(f"make run: can't write {error.filename}: {error.strerror}; who owns the folder?")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit("make run: it is already running here (Ctrl-C in its window stops it)")
    return file


def _watch(children: list[Child]) -> None:
    """Return never; raises ChildDiedError as soon as one of them has ended."""
    while True:
        for child in children:
            if not child.alive():
                raise ChildDiedError(child)
        time.sleep(0.3)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _serve(children: list[Child], port: int, banner: str) -> int:
    """Start, announce and watch the children; end all of them, whatever happens."""
    try:
        for child in children[:-1]:
            child.start()
        wait_for_port(port, children[0])
        print(banner, flush=True)
        children[-1].start()
        _watch(children)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    except (ChildDiedError, TimeoutError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        # A second Ctrl-C must not cut the stopping short and leave somebody running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stop_all(children)
        print("Stopped.", flush=True)
    return 0


def main() -> int:
    """Prepare the database and the demo partner, run until stopped. Returns the exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _interrupt)
    lock = _only_one()
    port, demo_port = free_port(FIRST_PORT), free_port()
    env = _environment(port)
    try:
        _manage(env, "migrate", "--verbosity", "0")
        hook = f"http://127.0.0.1:{demo_port}/"
        demo = json.loads(_manage(env, "set_up_demo", "--webhook-url", hook))
        kept = str(var_dir() / "staff-password")
        staff = _manage(env, "make_staff", "--username", STAFF, "--password-file", kept)
    except KeyboardInterrupt:
        return 130
    except subprocess.CalledProcessError as error:
        return error.returncode
    login = dict(line.split("=", 1) for line in staff.splitlines())
    banner = BANNER.format(
        origin=env["PUBLIC_ORIGIN"],
        key=demo["partner_key"],
        logs=var_dir() / "log",
        **{"enrolment": "used already"} | login,
    )
    try:
        children = _children(env, port, demo, demo_port)
    except OSError as error:
        sys.exit(f"make run: can't write {error.filename}: {error.strerror}; who owns the folder?")
    with lock:
        return _serve(children, port, banner)


if __name__ == "__main__":
    sys.exit(main())
