"""From nothing to a bank that was installed, used, stopped, upgraded, lost and restored, by the runbook."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ncii.tests.chaos.readers import Feed
from ncii.tests.containers import look, platform
from ncii.tests.containers.engine import OURS, PATIENCE, THEIRS, Project
from ncii.tests.containers.person import person, photo
from ncii.tests.victim import PIN

LEDGER = "/var/lib/ncii-ledger/ledger.jsonl"


def say(what: str) -> None:
    print(what, flush=True)  # noqa: T201


def prove(project: Project, folder: Path) -> None:
    """Walk the whole way; raise AssertionError or Failed at what does not hold."""
    project.take("first")
    project.compose("build")
    say(f"image: {look.image(project)}")
    project.compose("up", "--detach")
    project.wait_until_well(*THEIRS, *OURS)
    say(f"processes: {look.processes(project)}")
    _type_the_runbook(project)
    key = platform.make(project, "Platform")
    feed = platform.reader(project, key)
    with person(project.port, folder) as victim:
        kept = victim.open_case([photo("coffee")])
        platform.wait_until(feed, bool)
        left = set(feed.copy)
        withdrawn = victim.open_case([photo("astronaut")])
        platform.wait_until(feed, lambda copy: copy != left)
        both = set(feed.copy)
        say(f"people: two cases opened, {len(both)} hashes at the platform")

        _stop_before_news(project, feed, key)
        given = _stop_each(project, key) | _upgrade(project, key)
        platform.wait_until(feed, (both | given).__eq__)
        say(f"platform: its copy has all of the {len(given)} hashes that were acknowledged")

        backup = project.compose_bytes(
            *("exec", "-T", "postgres", "pg_dump", "-Fc", "-U", "bank", "bank")
        )
        victim.enter(withdrawn)
        victim.withdraw()
        platform.wait_until(feed, (left | given).__eq__)
        numbers = [
            word for number in (kept, withdrawn) for word in (number, number.replace("-", ""))
        ]
        say(f"logs: {look.logs(project, PIN, *numbers)}")
        _lose_and_restore(project, backup)
        cursor = feed.after["after"]
        assert platform.status_of(project, key, cursor) == 410, "an old cursor goes on"
        platform.wait_until(platform.reader(project, key), (left | given).__eq__)
        victim.enter(kept)
    project.manage("verify_audit")
    say("restore: what was withdrawn after the backup is so again, all else is there")


def _type_the_runbook(project: Project) -> None:
    project.manage("make_staff", "--username", "lead", "--random")
    project.manage("load_harmless")
    said = project.manage("check", "--deploy", "--database", "default")
    assert "no issues" in said, said
    project.manage("verify_audit")
    project.manage("index")
    sign = "/var/lib/ncii/maintenance"
    project.compose("exec", "-T", "web", "touch", sign)
    assert platform.status_of(project, "none", "") == 503, "the sign is not seen"
    project.compose("exec", "-T", "web", "rm", sign)
    assert platform.status_of(project, "none", "") == 401
    say("runbook: staff made, harmless list loaded, checks silent, sign hung and taken down")


def _stop_before_news(project: Project, feed: Feed, key: str) -> None:
    """Who waits for news when web is stopped gets an answer, not a hung-up line."""
    with ThreadPoolExecutor(1) as pool:
        asked = f"{feed.after['after']}&wait=30"
        answer = pool.submit(platform.status_of, project, key, asked)
        time.sleep(3)
        assert not answer.done(), "it does not wait"
        _stop_and_start(project, "web")
        assert answer.result() == 200
    project.wait_until_well("web")


def _stop_each(project: Project, key: str) -> set[str]:
    """Stop and start every service under a platform that gives hashes without a pause."""
    with platform.Giver(project, key) as giver:
        for service in (*OURS, *THEIRS):
            _stop_and_start(project, service)
        project.wait_until_well(*THEIRS, *OURS)
    count = len(giver.acknowledged)
    say(
        f"stops: each service ended by itself and came again; {count} hashes acknowledged meanwhile"
    )
    return giver.acknowledged


def _stop_and_start(project: Project, service: str) -> None:
    project.compose("stop", service)
    assert project.state(service)["ExitCode"] == 0, f"{service} had to be killed"
    project.compose("start", service)


def _upgrade(project: Project, key: str) -> set[str]:
    project.take("second")
    project.compose("build")
    with platform.Giver(project, key) as giver:
        project.compose("run", "--rm", "migrate")
    assert not giver.failures, "the old web did not go on while the migration ran"
    before = giver.acknowledged
    with platform.Giver(project, key) as giver:
        project.compose("up", "--detach", "--no-deps", "worker", "push", "beat", "web")
        project.wait_until_well(*OURS)
    project.manage("check", "--deploy")
    say(f"upgrade: {giver.failures} tries failed while the one web was replaced, none before")
    return before | giver.acknowledged


def _ledger(project: Project) -> str:
    """The ledger's text, once a withdrawal stands in it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        text = project.compose("exec", "-T", "worker", "sh", "-c", f"cat {LEDGER} || true")
        if "{" in text:
            return text
        assert time.monotonic() < deadline, "the withdrawal is not in the ledger"
        time.sleep(1)


def _lose_and_restore(project: Project, backup: bytes) -> None:
    """Lose the database with its server, and put the copy and the ledger back."""
    ledger = _ledger(project)
    project.compose("stop", "web", "worker", "push", "beat")
    project.compose("rm", "--stop", "--force", "postgres")
    project.docker("volume", "rm", f"{project.name}_postgres")
    project.compose("up", "--detach", "postgres")
    project.wait_until_well("postgres")
    for command in ("dropdb", "createdb"):
        project.compose("exec", "-T", "postgres", command, "-U", "bank", "bank")
    restore = ("pg_restore", "--no-privileges", "--exit-on-error", "-U", "bank", "-d", "bank")
    project.compose("exec", "-T", "postgres", *restore, given=backup)
    project.compose("run", "--rm", "migrate")
    said = project.compose(
        *("run", "--rm", "-T", "web", "sh", "-c"),
        "cat > /tmp/ledger && python manage.py after_restore /tmp/ledger",
        given=ledger.encode(),
    )
    assert "case-withdrawn=1" in said, said
    again = project.compose("run", "--rm", "web", "python", "manage.py", "after_restore", LEDGER)
    assert "case-withdrawn=0" in again, again
    project.compose("up", "--detach", "--no-deps", "worker", "push", "beat", "web")
    project.wait_until_well(*OURS)
