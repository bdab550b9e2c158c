"""Run it: `python -m ncii.tests.fuzz [CALLS [SECONDS]]`, on PostgreSQL and Redis of its own."""

import sys

from ncii.dev.servers import postgres
from ncii.tests.drill.run import database
from ncii.tests.fuzz.run import GROWTH, PATIENT, fuzz, never_reached
from ncii.tests.limited import LimitedStack


def main() -> int:
    """Return 1 if anything was wrong, or not enough was tried in the time."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 3600
    with postgres() as url, database(url), LimitedStack(PATIENT) as stack:
        report = fuzz(stack, calls, seconds)
    wrong = [*report.wrong, *(f"never carried out: {name}" for name in never_reached(report))]
    first, *_, last = report.memory.values()
    if last > first * GROWTH:
        wrong.append(f"memory has grown from {first:.0f} to {last:.0f} MB")
    if report.total < calls * 0.95:
        wrong.append(f"{report.total} calls in {seconds:.0f} s, {calls} were wanted")
    print(report)  # noqa: T201
    for each in wrong:
        print(f"WRONG {each}")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
