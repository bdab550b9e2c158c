"""Partners that follow the bank in their own ways, whatever fails meanwhile."""

import http.client
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

ACTIVE = "Active"


class Reader(threading.Thread):
    """Reads round after round; `finish` lets it read one more whole round, and returns its copy."""

    def __init__(self, origin: str, key: str) -> None:
        super().__init__(daemon=True)
        self.origin = origin
        self.headers = {"Authorization": f"Bearer {key}", "Ocp-Apim-Subscription-Key": key}
        self.copy: set[str] = set()
        self.failures = 0
        self.over = threading.Event()

    def run(self) -> None:
        while True:
            last = self.over.is_set()
            self.read_on()
            if last:
                return
            time.sleep(0.3)

    def finish(self) -> set[str]:
        self.over.set()
        self.join(120)
        assert not self.is_alive(), f"{type(self).__name__} does not come to an end"
        return self.copy

    def read_on(self) -> None:
        """Read until there is nothing more."""
        raise NotImplementedError

    def take(self, value: str, state: str) -> None:
        if state == ACTIVE:
            self.copy.add(value)
        else:
            self.copy.discard(value)

    def lines(self, path: str, **query: Any) -> Iterator[Any]:
        """Ask until it is answered; give the answer's lines, each as JSON."""
        url = f"{self.origin}{path}?{urllib.parse.urlencode(query)}"
        while True:
            try:
                request = urllib.request.Request(url, headers=self.headers)
                with urllib.request.urlopen(request, timeout=60) as answer:
                    # read(), which raises for an answer cut short; iterating would not.
                    whole = answer.read()
                yield from [json.loads(line) for line in whole.splitlines()]
                return
            except urllib.error.HTTPError as error:
                assert error.code >= 500 or error.code == 429, error.read()
            except (OSError, http.client.HTTPException, ValueError):
                pass
            self.failures += 1
            time.sleep(0.2)


class Feed(Reader):
    """Follows `hashes/changes` in pages of `limit`."""

    wait = 0

    def __init__(self, origin: str, key: str, limit: int) -> None:
        super().__init__(origin, key)
        self.limit = limit
        self.after: dict[str, str] = {}

    def read_on(self) -> None:
        more = True
        while more:
            query = {"limit": self.limit, "wait": self.wait} | self.after
            (page,) = self.lines("/api/v1/hashes/changes", **query)
            for change in page["changes"]:
                self.take(change["value"], change["state"])
            self.after, more = {"after": page["next"]}, page["more"]


class LongPoll(Feed):
    """Follows `hashes/changes` by requests that wait for news."""

    wait = 5  # seconds


class Export(Feed):
    """Takes the whole set once, then follows the changes."""

    def read_on(self) -> None:
        while not self.after:
            lines = list(self.lines("/api/v1/hashes/export"))
            if "next" in lines[-1]:
                self.copy = {line["value"] for line in lines if "value" in line}
                self.after = {"after": lines[-1]["next"]}
        super().read_on()


class Exchange(Reader):
    """Follows FetchHashes: pages by token, rounds by time."""

    since = 0

    def read_on(self) -> None:
        token: dict[str, str] = {}
        more = True
        while more:
            query = {"startTimestamp": self.since, "pageSize": 100} | token
            (page,) = self.lines("/v1/FetchHashes", **query)
            for record in page["hashRecords"]:
                self.take(record["hashValue"], record["hashStatus"])
            more = page["hasMoreRecords"]
            token = {"nextPageToken": page["nextPageToken"]} if more else {}
        self.since = page["nextSetTimestamp"]
