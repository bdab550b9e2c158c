"""Run it: `python -m ncii.tests.load [SECONDS]`, on a PostgreSQL of its own."""

import sys

from ncii.dev.servers import postgres
from ncii.tests.drill.run import database
from ncii.tests.load.run import run


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    with postgres() as url, database(url):
        print(run(people=50, platforms=20, members=10, seconds=seconds, hashes=20_000))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
