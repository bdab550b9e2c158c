"""The product as compose starts it: migrated by the tables' owner, running as a role that owns nothing."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from ncii.tests.stack import Stack


class LimitedStack(Stack):
    """On PostgreSQL every process but `migrate` speaks as `role`; on SQLite, which has none, a Stack.

    `owner_url` is the database as its owner sees it.
    """

    def __init__(self, extra_env: dict[str, str] | None = None, web_workers: int = 2) -> None:
        super().__init__(extra_env, web_workers)
        self.role = f"ncii_app_{secrets.token_hex(4)}"
        self.owner_url = self.env["DATABASE_URL"]

    def manage(self, *arguments: str, stdin: str | None = None) -> str:
        said = super().manage(*arguments, stdin=stdin)
        if arguments[0] == "migrate" and self.on_postgres:
            self.env["DATABASE_APP_PASSWORD"] = secrets.token_hex(16)
            for _ in range(2):
                super().manage("limit_rights", "--make", self.role)
            owner = urlsplit(self.owner_url)
            password = self.env.pop("DATABASE_APP_PASSWORD")
            host = f"{self.role}:{password}@{owner.hostname}:{owner.port}"
            self.env["DATABASE_URL"] = owner._replace(netloc=host).geturl()
        return said

    def stop(self) -> None:
        super().stop()
        if self.on_postgres:
            self._on_server(f"DROP ROLE IF EXISTS {self.role}")
