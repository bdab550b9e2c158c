"""docker-compose.yml as a project of its own on whatever engine answers to `docker`."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ncii.dev import tools
from ncii.dev.processes import free_port
from ncii.env import KEYRINGS, new_secret

ROOT = Path(__file__).resolve().parents[3]
HOST = "bank.example"
OURS = ("web", "worker", "push", "beat")
THEIRS = ("postgres", "redis", "counters")
PATIENCE = 180  # seconds; a worker is first asked how it is after a minute


class Failed(RuntimeError):
    """A command ended with an error; the message is the command and its output."""


@dataclass(frozen=True)
class BaseImages:
    """What to build on and run beside; an empty name is the pinned image."""

    python: str = ""
    node: str = ""
    postgres: str = ""
    redis: str = ""


class Project:
    """The services under a name of their own; `port` is web's on loopback, `secrets` what .env hides.

    Raises MissingToolError where there is no compose, or no engine behind it.
    """

    def __init__(self, images: BaseImages, folder: Path) -> None:
        tool = tools.find("compose")
        self._compose = [str(tool), "compose"] if tool.name == "docker" else [str(tool)]
        self.docker_program = shutil.which("docker") or "docker"
        self.name = f"ncii-containers-{os.getpid()}"
        self.port = free_port()
        self.images, self.folder = images, folder
        self.secrets = self._make_secrets()
        self.versions: list[str] = []
        passed_on = ("PATH", "HOME", "DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_BUILDKIT")
        self.environment = {name: os.environ[name] for name in passed_on if name in os.environ}
        (folder / "override.json").write_text(json.dumps(self._override()))
        self._ask_the_engine()

    def _ask_the_engine(self) -> None:
        try:
            self.docker("version", "--format", "{{.Server.Version}}")
        except (Failed, OSError) as error:
            raise tools.MissingToolError(
                "no container engine answers to `docker`: start Docker, or name it in DOCKER_HOST"
            ) from error

    @staticmethod
    def _make_secrets() -> dict[str, str]:
        passwords = ("POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD", "REDIS_PASSWORD")
        return {
            "SECRET_KEY": new_secret(keyring=False),
            **{name: new_secret(keyring=True) for name in KEYRINGS},
            **{name: secrets.token_hex(12) for name in passwords},
        }

    def _override(self) -> dict[str, Any]:
        build = {
            f"{name.upper()}_IMAGE": image
            for name, image in (("python", self.images.python), ("node", self.images.node))
            if image
        }
        services: dict[str, Any] = {
            name: {"build": {"context": str(ROOT), "args": build}} for name in ("migrate", *OURS)
        }
        chosen = dict.fromkeys(("redis", "counters"), self.images.redis)
        chosen["postgres"] = self.images.postgres
        services |= {name: {"image": image} for name, image in chosen.items() if image}
        return {"services": services}

    def take(self, version: str) -> None:
        """Let the commands that follow mean the image of that version."""
        settings = self.secrets | {
            "NCII_VERSION": f"{self.name}-{version}",
            "PUBLIC_ORIGIN": f"https://{HOST}",
            "PORT": str(self.port),
            "WEB_WORKERS": "2",
            # All come from one address, and the one platform writes without a pause.
            "PARTNER_RATE_FACTOR": "100000",
        }
        lines = [f"{name}={value}\n" for name, value in settings.items()]
        file = self.folder / "env"
        file.touch(mode=0o600)
        file.write_text("".join(lines))
        self.versions.append(version)

    @property
    def image(self) -> str:
        """The name of the image of the version that was taken last."""
        return f"ncii-hash-bank:{self.name}-{self.versions[-1]}"

    def compose(self, *arguments: str, given: bytes | None = None) -> str:
        """Run `docker compose ARGUMENTS`; return its standard output. Raises Failed."""
        return self.compose_bytes(*arguments, given=given).decode()

    def compose_bytes(self, *arguments: str, given: bytes | None = None) -> bytes:
        files = [ROOT / "docker-compose.yml", self.folder / "override.json"]
        return self._run(
            [
                *self._compose,
                *("-p", self.name, "--project-directory", str(ROOT)),
                *("--env-file", str(self.folder / "env")),
                *(word for file in files for word in ("-f", str(file))),
                *arguments,
            ],
            given,
        )

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` in web, as the runbook says; return its standard output."""
        return self.compose("exec", "-T", "web", "python", "manage.py", *arguments)

    def docker(self, *arguments: str) -> str:
        return self._run([self.docker_program, *arguments]).decode()

    def _run(self, command: list[str], given: bytes | None = None) -> bytes:
        source: dict[str, Any] = (
            {"stdin": subprocess.DEVNULL} if given is None else {"input": given}
        )
        ran: subprocess.CompletedProcess[bytes] = subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, **source
        )
        if ran.returncode:
            said = (ran.stdout + ran.stderr).decode(errors="replace")[-4000:]
            raise Failed(f"{' '.join(command)}\nended with {ran.returncode}:\n{said}")
        return ran.stdout

    def state(self, service: str) -> dict[str, Any]:
        """Return the engine's account of the service's container: `Running`, `Health`, `ExitCode`."""
        container = self.compose("ps", "--quiet", "--all", service).split()
        found: dict[str, Any] = json.loads(self.docker("inspect", container[0]))[0]["State"]
        return found

    def wait_until_well(self, *services: str) -> None:
        """Return when each one's health check has passed."""
        deadline = time.monotonic() + PATIENCE
        for name in services:
            while (state := self.state(name))["Health"]["Status"] != "healthy":
                assert state["Running"] and time.monotonic() < deadline, f"{name} is not well"
                time.sleep(1)

    def logs(self) -> str:
        try:
            return self.compose("logs", "--no-color", "--tail", "30")
        except Failed:
            return ""

    def remove(self) -> None:
        """End and delete everything that was made here; the base images stay."""
        if self.versions:
            self.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")
            for version in dict.fromkeys(self.versions):
                self._run(
                    [self.docker_program, "rmi", "--force", f"ncii-hash-bank:{self.name}-{version}"]
                )
