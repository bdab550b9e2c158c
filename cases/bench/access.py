"""Do the answers for an unknown number, a wrong PIN and a slowed case take the same time?

Rank statistics, because medians hide tails: the probability that one kind's answer takes longer
than the other's (Mann and Whitney, 1947) is 0.5 when an attacker can learn nothing. A planted
difference shows that the measure would see one.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import product

from django.db import connection
from django.utils import timezone

from cases.models import Case, FailedTries
from cases.numbers import issue_token
from cases.services import FileInput, enter_case, open_case
from hashes.services import SignalClaim

TRIES = 200
PLANTED = 0.05
PIN, WRONG = "482915", "193847"

Times = dict[str, list[float]]


def longer(a: list[float], b: list[float]) -> float:
    """Return the share of pairs in which `a` takes longer than `b`, 0 to 1."""
    return sum((x > y) + 0.5 * (x == y) for x, y in product(a, b)) / (len(a) * len(b))


def measure(kinds: dict[str, tuple[Callable[[], object], Callable[[], object]]]) -> Times:
    """Time TRIES calls of each kind, in random order; each kind is (prepare, call)."""
    order = [kind for kind in kinds for _ in range(TRIES)]
    random.shuffle(order)
    times: Times = {kind: [] for kind in kinds}
    for kind in order:
        prepare, call = kinds[kind]
        prepare()
        started = time.perf_counter()
        call()
        times[kind].append(time.perf_counter() - started)
    return times


def kinds_of_answers(number: str) -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    """Return the refusals an attacker can bring about, and one with a planted difference."""
    case = Case.objects.get()
    later, earlier = (timezone.now() + timedelta(days=days) for days in (1, -1))
    FailedTries.objects.create(case=case, lane=1, count=9, next_try_at=later)
    FailedTries.objects.create(case=case, lane=2, count=1, next_try_at=earlier)
    again = FailedTries.objects.filter(lane=2)
    first = FailedTries.objects.filter(lane=3)

    def unknown() -> None:
        enter_case("0000-0000-0000-0000", WRONG)

    def planted() -> None:
        started = time.perf_counter()
        unknown()
        time.sleep(PLANTED * (time.perf_counter() - started))

    return {
        "unknown": (int, unknown),
        "wrong, first": (first.delete, lambda: enter_case(number, WRONG, lane=3)),
        "wrong, again": (
            lambda: again.update(count=1, next_try_at=earlier),
            lambda: enter_case(number, WRONG, lane=2),
        ),
        "slowed": (int, lambda: enter_case(number, PIN, lane=1)),
        f"planted {PLANTED:.0%}": (int, planted),
    }


def main() -> None:
    """Print the comparison, on a test database of the configured kind."""
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        file = FileInput("video", (SignalClaim("VideoMD5", "0" * 32, "original"),))
        number = open_case(issue_token(), PIN, [file]).number
        times = measure(kinds_of_answers(number))
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    base = times["unknown"]
    print(f"{TRIES} tries each, {connection.vendor}; against an unknown number:")
    print("                ratio of medians   P(takes longer), 0.5 tells nothing")
    for kind, taken in times.items():
        ratio = statistics.median(taken) / statistics.median(base)
        print(f"  {kind:14}{ratio:12.3f} {longer(taken, base):18.3f}")
