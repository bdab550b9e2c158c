"""What is in the image, and what its processes may do: as the engine and the kernel tell."""

from __future__ import annotations

import re
import subprocess
import tarfile
from typing import IO

from ncii.tests.containers.engine import OURS, THEIRS, Project

# What belongs to the workshop, the tests or whoever builds.
_NOT_MEANT = re.compile(
    r"app/(\.|docs|node_modules|ncii/dev|hashes/assembly|requirements|package|pyproject|Makefile"
    r"|Dockerfile|docker-compose|var/(?!release$|$)|\w+/(tests|bench|fuzz)/)|app/.*\.(sqlite3|env)$"
    r"|venv/(bin/(pip|pytest)|lib/[^/]+/site-packages/(pip|pytest|playwright|skimage)/)"
)
_NONE = {"CapInh": 0, "CapPrm": 0, "CapEff": 0, "CapBnd": 0, "CapAmb": 0}


def image(project: Project) -> str:
    """Assert that the image holds nothing secret and nothing of the workshop, all of it readable."""
    told = project.docker("history", "--no-trunc", project.image)
    told += project.docker("inspect", project.image)
    for name, value in project.secrets.items():
        assert value.rpartition(":")[2] not in told, f"{name} stands in the image's history"
    container = project.docker("create", project.image).strip()
    command = [project.docker_program, "export", container]
    try:
        with subprocess.Popen(command, env=project.environment, stdout=subprocess.PIPE) as export:
            assert export.stdout
            count = _files(export.stdout)
    finally:
        project.docker("rm", container)
    return f"{count} files of ours in it, none of the workshop's, all readable, none writable"


def _files(stream: IO[bytes]) -> int:
    count = 0
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            if not member.name.startswith(("app/", "venv/")):
                continue
            assert not _NOT_MEANT.match(member.name), f"{member.name} is in the image"
            if not member.issym():
                needed = 0o555 if member.isdir() else 0o444
                assert member.mode & needed == needed, f"{member.name} can't be read"
                assert not member.mode & 0o022 and member.uid == 0, f"{member.name} can be changed"
            count += 1
    assert count > 1000, "the image is empty"
    return count


def processes(project: Project) -> str:
    """Assert of every process of every service: not root, no capability, a root that is read-only."""
    count = 0
    for service in (*OURS, *THEIRS):
        told = project.compose(
            "exec", "-T", service, "sh", "-c", "cat /proc/[0-9]*/status; cat /proc/1/mounts"
        )
        status = re.findall(r"^(\w+):\t(.*)$", told, re.MULTILINE)
        for name, value in status:
            if name in ("Uid", "Gid"):
                assert "0" not in value.split(), f"{service} runs as root"
            if name in _NONE:
                assert int(value, 16) == 0, f"{service} has {name} {value}"
            if name == "NoNewPrivs":
                count += 1
                assert value == "1", f"{service} can win rights"
        root = re.search(r"^\S+ / \S+ (\S+)", told, re.MULTILINE)
        assert root and "ro" in root[1].split(","), f"{service} can write to its root"
    assert count > len(OURS) + len(THEIRS)
    return f"{count} processes: none root, none with a capability, each on a read-only root"


def logs(project: Project, *words: str) -> str:
    """Assert that no service has written one of those words, or a secret, to its log."""
    told = project.compose("logs", "--no-color")
    assert told.count("\n") > 100, "there is no log"
    for name, secret in {**project.secrets, **dict(zip(words, words, strict=True))}.items():
        assert secret.rpartition(":")[2] not in told, f"{name} stands in a log"
    return "neither secrets nor case numbers nor PINs in them"
