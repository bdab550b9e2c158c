"""What many rows in one go are handed to the database as."""

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from ncii.lib.bulk import array_text

# PostgreSQL keeps no zero byte, and no text holds half a surrogate pair.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def read_by_postgres(column: list[object], kind: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [array_text(column)])
        (read,) = cursor.fetchone()
    return list(read)


@pytest.fixture
def postgres(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


@pytest.mark.usefixtures("postgres")
@given(st.lists(st.none() | TEXTS | st.sampled_from(["NULL", "", '"', "\\", "{,}", " a "])))
def test_texts_arrive_as_they_are(column: list[object]) -> None:
    assert read_by_postgres(column, "text") == column


@pytest.mark.usefixtures("postgres")
@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)))
def test_numbers_arrive_as_they_are(column: list[object]) -> None:
    assert read_by_postgres(column, "bigint") == column


@pytest.mark.usefixtures("postgres")
def test_times_and_truths_arrive_as_they_are() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
    assert read_by_postgres([at, None], "timestamptz") == [at, None]
    assert read_by_postgres([date(2026, 1, 2)], "date") == [date(2026, 1, 2)]
    assert read_by_postgres([True, False, None], "boolean") == [True, False, None]


@pytest.mark.usefixtures("postgres")
def test_the_planner_knows_that_no_disk_turns() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW random_page_cost")
        assert cursor.fetchone() == ("1.1",)


@pytest.mark.stateless
def test_what_the_database_url_says_of_the_planner_counts() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "from ncii.settings import DATABASES as d; print(d['default']['OPTIONS'])",
        ],
        env={
            "NCII_MODE": "development",
            "DATABASE_URL": "postgres://a:b@localhost/c?sslmode=require&options=-c%20random_page_cost%3D4",
        },
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "-c random_page_cost=1.1 -c random_page_cost=4" in said
    assert "'sslmode': 'require'" in said
