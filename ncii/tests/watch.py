"""What a page does behind one's back: requests, script errors, policy violations, recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Route

_POLICY_WORDS = ("Content Security Policy", "Content-Security-Policy", "Permissions policy")


@dataclass
class Watch:
    """The record of one browser context. `requests` holds Playwright's requests, in order.

    `allow(origin)` admits one other origin (a test that leaves the site on purpose); nothing is
    ever really asked of it: the answer is an empty page.
    """

    origin: str
    requests: list[Request] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    allowed: set[str] = field(default_factory=set)

    def attach(self, context: BrowserContext) -> None:
        context.on("request", self._on_request)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))
        context.on("console", self._on_console)
        context.route(lambda url: not self._is_ours(url), self._answer_elsewhere)

    def allow(self, origin: str) -> None:
        self.allowed.add(origin.rstrip("/"))

    def check(self) -> None:
        """Raise AssertionError that lists everything the page should not have done."""
        assert not self.problems, "the page misbehaved:\n" + "\n".join(self.problems)

    def _is_ours(self, url: str) -> bool:
        parts = urlsplit(url)
        if parts.scheme in ("data", "about"):
            return True
        if parts.scheme == "blob":
            return url.startswith(f"blob:{self.origin}/")
        return f"{parts.scheme}://{parts.netloc}" == self.origin

    def _on_request(self, request: Request) -> None:
        self.requests.append(request)
        parts = urlsplit(request.url)
        elsewhere = not self._is_ours(request.url)
        if elsewhere and f"{parts.scheme}://{parts.netloc}" not in self.allowed:
            self.problems.append(f"request to another host: {request.method} {request.url}")

    def _answer_elsewhere(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        if f"{parts.scheme}://{parts.netloc}" in self.allowed:
            route.fulfill(status=200, content_type="text/html", body="<title>elsewhere</title>")
        else:
            route.abort()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and any(words in message.text for words in _POLICY_WORDS):
            self.problems.append(f"policy: {message.text}")
