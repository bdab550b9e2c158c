"""Run it: `python -m ncii.tests.drill`, on the database that DATABASE_URL leads to, or SQLite."""

import sys
from contextlib import ExitStack

from ncii.dev.servers import postgres
from ncii.tests.drill import run


def main() -> int:
    print("SQLite:\n" + run.drill())  # noqa: T201
    with ExitStack() as doors:
        doors.enter_context(run.database(doors.enter_context(postgres())))
        print("PostgreSQL:\n" + run.drill())  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
