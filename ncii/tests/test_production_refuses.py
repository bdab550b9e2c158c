"""Production does not start with a setting that could hurt somebody."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from ncii.env import new_secret
from ncii.tests.production import production_environment, run

pytestmark = pytest.mark.stateless

SHARED = new_secret(keyring=False)
# What is spoilt, and the check that must say so.
BAD = {
    "debug": ({"DEBUG": "1"}, "ncii.E001"),
    "debug log": ({"LOG_LEVEL": "DEBUG"}, "ncii.E002"),
    "short secret": ({"SECRET_KEY": "too short"}, "ncii.E010"),
    "default secret": ({"SECRET_KEY": f"django-insecure-{SHARED}"}, "ncii.E010"),
    "repeated secret": ({"SECRET_KEY": "ab" * 40}, "ncii.E010"),
    "short fallback": ({"SECRET_KEY_FALLBACKS": "old"}, "ncii.E010"),
    "keyring without ids": ({"CASE_PIN_KEYS": SHARED}, "ncii.E011"),
    "keyring with one id twice": ({"FIELD_KEYS": f"a:{SHARED},a:{SHARED}x"}, "ncii.E011"),
    "short key": ({"API_KEY_KEYS": "a:short"}, "ncii.E011"),
    "guessable key": ({"API_KEY_KEYS": "a:" + "changeme" * 8}, "ncii.E012"),
    "equal keyrings": (
        {"CASE_INDEX_KEYS": f"a:{SHARED}", "CASE_PIN_KEYS": f"b:{SHARED}"},
        "ncii.E013",
    ),
    "equal old key": (
        {"FIELD_KEYS": f"a:{SHARED}x,b:{SHARED}", "PSEUDONYM_KEYS": f"c:{SHARED}"},
        "ncii.E013",
    ),
    "secret key in a keyring": ({"SECRET_KEY": SHARED, "FIELD_KEYS": f"a:{SHARED}"}, "ncii.E013"),
    "sqlite": ({"DATABASE_URL": "sqlite:///bank.sqlite3"}, "ncii.E020"),
    "broker in memory": ({"BROKER_URL": "memory://"}, "ncii.E021"),
    "broker in files": ({"BROKER_URL": "filesystem://"}, "ncii.E021"),
    "unknown broker": ({"BROKER_URL": "zookeeper://127.0.0.1:1"}, "ncii.E021"),
    "plain http": ({"PUBLIC_ORIGIN": "http://bank.example"}, "ncii.E030"),
    "origin with a path": ({"PUBLIC_ORIGIN": "https://bank.example/here"}, "ncii.E030"),
    "any host": ({"ALLOWED_HOSTS": "*"}, "ncii.E031"),
    "local webhooks": ({"WEBHOOKS_MAY_BE_LOCAL": "1"}, "ncii.E040"),
    "hair-trigger spikes": ({"SPIKE_TIMES": "1"}, "ncii.E065"),
    "mail to the console": ({"EMAIL_URL": "consolemail://"}, "ncii.E050"),
    "mail to files": ({"EMAIL_URL": "filemail:///var/mail"}, "ncii.E050"),
    "a limit that shuts everybody out": ({"INTAKE_PER_HOUR": "0"}, "ncii.E060"),
    "cases erased at once": ({"WITHDRAWN_CASE_DAYS": "-5"}, "ncii.E091"),
    "partners locked out": ({"PARTNER_RATE_FACTOR": "0"}, "ncii.E091"),
    "an exit that leads nowhere": ({"EXIT_URL": "www.wikipedia.org"}, "ncii.E092"),
    "an exit that runs a script": ({"EXIT_URL": "javascript:1"}, "ncii.E092"),
    "limits without a Redis": ({"REDIS_URL": "localhost"}, "ncii.E093"),
    "calm below zero": ({"INTAKE_CALM": "-1"}, "ncii.E061"),
    "no secret": ({"PSEUDONYM_KEYS": ""}, "Set PSEUDONYM_KEYS"),
    "mode misspelt": ({"NCII_MODE": "prod"}, "NCII_MODE must be"),
}
# The doors that a server is started by, none of which runs `manage.py check`.
DOORS = {
    "web": ["-m", "gunicorn", "ncii.wsgi", "--bind", "127.0.0.1:0"],
    "asgi": ["-c", "import ncii.asgi"],
    "worker": ["-m", "celery", "-A", "ncii.celery", "worker", "--pool", "solo"],
    "beat": ["-m", "celery", "-A", "ncii.celery", "beat", "--pidfile="],
}
Runs = dict[str, Future[subprocess.CompletedProcess[str]]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Every process of this file, started together: each takes a second, mostly of imports."""
    good = production_environment(tmp_path_factory.mktemp("var"))
    with ThreadPoolExecutor(max_workers=4) as pool:
        yield {
            **{
                name: pool.submit(run, ["manage.py", "check"], good | spoilt)
                for name, (spoilt, _) in BAD.items()
            },
            **{name: pool.submit(run, door, good | {"DEBUG": "1"}) for name, door in DOORS.items()},
            "good": pool.submit(
                run,
                [
                    "manage.py",
                    "check",
                    "--deploy",
                    "--fail-level",
                    "WARNING",
                ],
                good,
            ),
            "mail in the clear": pool.submit(
                run, ["manage.py", "check"], good | {"EMAIL_URL": "smtp://mail.example:25"}
            ),
            "no ledger file": pool.submit(run, ["manage.py", "check"], good | {"LEDGER_FILE": ""}),
        }


@pytest.mark.parametrize("name", BAD)
def test_refuses(runs: Runs, name: str) -> None:
    ran = runs[name].result()

    assert ran.returncode != 0
    assert BAD[name][1] in ran.stdout + ran.stderr
    assert SHARED not in ran.stdout + ran.stderr


@pytest.mark.parametrize("door", DOORS)
def test_no_process_starts_unasked(runs: Runs, door: str) -> None:
    ran = runs[door].result()

    assert ran.returncode != 0
    assert "ncii.E001" in ran.stderr
    assert "Unset DEBUG" in ran.stderr


def test_starts_with_good_settings(runs: Runs) -> None:
    ran = runs["good"].result()

    assert ran.returncode == 0, ran.stderr


def test_warns_of_a_ledger_that_lies_beside_everything_else(runs: Runs) -> None:
    ran = runs["no ledger file"].result()

    assert ran.returncode == 0
    assert "ncii.W080" in ran.stderr


def test_warns_of_mail_in_the_clear(runs: Runs) -> None:
    ran = runs["mail in the clear"].result()

    assert ran.returncode == 0
    assert "ncii.W051" in ran.stderr
