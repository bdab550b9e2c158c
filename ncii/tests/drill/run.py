"""One drill: back up, go on living, lose the database, put the backup back, look."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ncii.tests.chaos.readers import Feed
from ncii.tests.drill.copies import back_up, put_back
from ncii.tests.stack import ROOT, Stack
from ncii.tests.waiting import wait_until

PARTS = ("web", "worker", "beat")


def drill() -> str:
    """Return what was seen, in a few lines; raise AssertionError if a deletion was undone."""
    with tempfile.TemporaryDirectory(prefix="ncii-drill-") as elsewhere:
        ledger, copy = Path(elsewhere, "ledger.jsonl"), Path(elsewhere, "backup")
        with Stack({"LEDGER_FILE": str(ledger)}) as stack:
            return _drill(stack, ledger, copy)


def _drill(stack: Stack, ledger: Path, copy: Path) -> str:
    kept_key, revoked_key = _partner(stack)
    before = _people(stack, "open", "6")
    wait_until(lambda: len(_bank(stack)) == 12, "publication")
    reader = Feed(stack.url, kept_key, 1000)
    reader.read_on()
    back_up(stack, copy)

    withdrawn = list(before)[:3]
    after = _people(stack, "open", "2")
    _people(stack, "withdraw", stdin=json.dumps([*withdrawn, next(iter(after))]))
    _revoke(stack, revoked_key)
    erased = set(before[withdrawn[0]])
    wait_until(
        lambda: {_bank(stack)[each][0] for each in erased} == {"Withdrawn"}, "the withdrawal"
    )
    reader.read_on()
    _people(stack, "erase", stdin=json.dumps(sorted(erased)))
    wait_until(lambda: ledger.exists() and ledger.read_text().count("{") == 7, "the ledger")

    for part in PARTS:
        stack.children[part].stop()
    put_back(stack, copy)
    brought_back = {value for value, (state, _) in _bank(stack).items() if state == "Active"}
    assert len(brought_back) == 12, "the backup is from before the withdrawals"
    stack.manage("migrate", "--verbosity=0")
    said = stack.manage("after_restore", str(ledger))
    said_again = stack.manage("after_restore", str(ledger))
    for part in PARTS:
        stack.start_again(part)

    gone = {value for number in withdrawn for value in before[number]}
    _compare(stack, kept_key, brought_back - gone)
    assert _status(stack, kept_key, after=reader.after["after"]) == 410, "an old cursor goes on"
    assert _status(stack, revoked_key) == 401, "a revoked key opens the bank again"
    assert not erased & set(_bank(stack)), "what staff erased is there again"
    for done, again in (("case-withdrawn=3", 0), ("key-revoked=1", 0), ("hash-erased=2", 0)):
        assert done in said and f"{done[:-1]}{again}" in said_again
    return (
        f"{len(withdrawn)} cases withdrawn and a key revoked after the backup are so again, and "
        f"{len(erased)} hashes that staff erased are not there; "
        f"{len(brought_back - gone)} hashes of {len(before) - len(withdrawn)} others are active; "
        f"a partner's old cursor is refused, a new reader's copy equals the bank\n{said}"
    )


def _partner(stack: Stack) -> tuple[str, str]:
    stack.manage("make_partner", "Platform")
    made = [stack.manage("make_key", "Platform") for _ in range(2)]
    keys = [dict(line.split("=", 1) for line in out.splitlines())["key"] for out in made]
    return keys[0], keys[1]


def _revoke(stack: Stack, key: str) -> None:
    own = json.load(_ask(stack, "/api/v1/keys", key))["keys"]
    mine = next(each for each in own if each["id"] in key)
    _ask(stack, f"/api/v1/keys/{mine['id']}", key, method="DELETE")


def _compare(stack: Stack, key: str, wanted: set[str]) -> None:
    reader = Feed(stack.url, key, 1000)
    reader.read_on()
    active = {value for value, (state, _) in _bank(stack).items() if state == "Active"}
    assert active == wanted, "the bank holds what was withdrawn, or has lost what was not"
    assert reader.copy == wanted, "a partner's copy is not the bank"


def _status(stack: Stack, key: str, after: str = "") -> int:
    try:
        with _ask(stack, f"/api/v1/hashes/changes{'?after=' if after else ''}{after}", key) as got:
            return int(got.status)
    except urllib.error.HTTPError as error:
        return error.code


def _ask(stack: Stack, path: str, key: str, method: str = "GET") -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    request = urllib.request.Request(stack.url + path, headers=headers, method=method)
    return urllib.request.urlopen(request, timeout=60)


def _bank(stack: Stack) -> dict[str, Any]:
    return dict(_process(stack, "look_at_bank")["bank"])


def _people(stack: Stack, *arguments: str, stdin: str = "") -> dict[str, list[str]]:
    return dict(_process(stack, "drill.people", *arguments, stdin=stdin))


def _process(stack: Stack, module: str, *arguments: str, stdin: str = "") -> Any:
    ran = subprocess.run(
        [sys.executable, "-m", f"ncii.tests.{module}", *arguments],
        env=stack.env | {"DJANGO_SETTINGS_MODULE": "ncii.settings", "LOG_LEVEL": "CRITICAL"},
        cwd=ROOT,
        input=stdin,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(ran.stdout or "{}")


@contextmanager
def database(url: str) -> Iterator[None]:
    """Let stacks of this process make their databases on that server."""
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url
    try:
        yield
    finally:
        os.environ.pop("DATABASE_URL")
        if before is not None:
            os.environ["DATABASE_URL"] = before
