"""What the tests of faults share: a product of their own, and its parts taken away and put back.

`EVERY_FAULT=1` (`make faults`): each of the 31 combinations of the five parts.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import combinations
from typing import Any

import psycopg
import pytest

from ncii.tests.chaos.product import Product, product

FAULTS = {
    "database": ["database"],
    "broker": ["broker"],
    "workers": ["worker", "beat"],
    "web": ["web"],
    "everything": ["web", "worker", "beat", "broker", "database"],
}
if os.environ.get("EVERY_FAULT"):
    PARTS = FAULTS["everything"]
    FAULTS = {
        " and ".join(parts): list(parts)
        for size in range(1, len(PARTS) + 1)
        for parts in combinations(PARTS, size)
    }


@pytest.fixture(scope="module")
def running() -> Iterator[Product]:
    """A product whose parts may be killed; the file that imports this has it for itself."""
    with product() as stack:
        yield stack


@contextmanager
def without(stack: Product, parts: list[str]) -> Iterator[None]:
    """Kill parts (SIGKILL); start them again afterwards, the last first."""
    for part in parts:
        child = stack.server if part == "database" else stack.children[part]
        child.kill()
    try:
        yield
    finally:
        for part in reversed(parts):
            if part == "database":
                stack.start_database()
            else:
                stack.start_again(part)


def ask_database(stack: Product, question: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return the rows that answer a question in SQL, past the product's own code."""
    if stack.kind == "sqlite":
        with closing(sqlite3.connect(stack.env["DATABASE_URL"].removeprefix("sqlite:///"))) as file:
            return file.execute(question.replace("%s", "?"), values).fetchall()
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        return connection.execute(question.encode(), values).fetchall()
