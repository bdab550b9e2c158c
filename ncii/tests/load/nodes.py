"""A product with two web nodes and two workers, on PostgreSQL and Redis."""

from __future__ import annotations

import json
import subprocess
import sys

import psycopg

from ncii.dev.processes import Child, free_port, wait_for_port
from ncii.tests.stack import ROOT, Stack

# One address knocks for everybody here, and a slow machine is no flood: those limits have tests.
ENVIRONMENT = {
    "PARTNER_RATE_FACTOR": "100000",
    "INTAKE_PER_HOUR": "1000000",
    "INTAKE_CALM": "1000000",
    "LOG_LEVEL": "ERROR",
}
_FILL = """
INSERT INTO hashes_hash (signal, value, state, suspended, confidence, judged, seq, published_state,
                         published_at)
SELECT 'ImagePDQ', md5(n::text) || md5('x' || n), 'Active', false, 'unverified', false, n, 'Active',
       now() FROM generate_series(1, {rows}) n;
INSERT INTO hashes_change (hash_id, state, seq, published_at)
SELECT id, 'Active', seq, published_at FROM hashes_hash;
INSERT INTO hashes_claim (hash_id, source, variant, quality, made_on, announced_id)
SELECT hash_id, 'case', 'as-displayed', 100, now(), id FROM hashes_change;
INSERT INTO hashes_feedhead (id, seq, published_at, began_at) VALUES (1, {rows}, now(), now());
ANALYZE;
"""


class Nodes(Stack):
    """A stack whose `origins` are two web nodes of two processes each."""

    def __init__(self) -> None:
        self.second_port = free_port()
        super().__init__(ENVIRONMENT, web_workers=2)

    @property
    def origins(self) -> list[str]:
        return [self.url, f"http://127.0.0.1:{self.second_port}"]

    def _commands(self) -> dict[str, Child]:
        children = super()._commands()
        for name in ("web", "worker"):
            argv = [
                part.replace(str(self.port), str(self.second_port)) for part in children[name].argv
            ]
            children[f"{name}2"] = Child(
                f"{name}2", argv, self.env, self.var / f"{name}2.log", cwd=ROOT
            )
        return children

    def start(self) -> None:
        super().start()
        for name in ("web2", "worker2"):
            self.children[name].start()
        wait_for_port(self.second_port, self.children["web2"])

    def fill(self, rows: int) -> None:
        """Put that many active hashes into the bank, at once."""
        with psycopg.connect(self.env["DATABASE_URL"]) as database:
            database.execute(_FILL.format(rows=rows).encode())

    def staff_sessions(self, count: int) -> list[dict[str, str]]:
        """Return the cookies of leads who have given password and second factor."""
        ran = subprocess.run(
            [sys.executable, "-m", "ncii.tests.load.sign_in", str(count)],
            env=self.env | {"DJANGO_SETTINGS_MODULE": "ncii.settings"},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        cookies: list[dict[str, str]] = json.loads(ran.stdout)
        return cookies

    def keys(self, count: int) -> list[str]:
        """Return the keys of that many partners."""
        made = []
        for number in range(count):
            name = f"Platform {number}"
            self.manage("make_partner", name)
            printed = self.manage("make_key", name)
            made.append(dict(line.split("=", 1) for line in printed.splitlines())["key"])
        return made
