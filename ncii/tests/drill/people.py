"""A process that opens or withdraws cases, as the site would.

python -m ncii.tests.drill.people open COUNT        prints {case number: [values]}
python -m ncii.tests.drill.people withdraw          reads case numbers from standard input
python -m ncii.tests.drill.people erase             reads values of withdrawn hashes, as staff would
"""

import json
import secrets
import sys

import django

PIN = "482915"


def open_cases(count: int) -> dict[str, list[str]]:
    from cases.numbers import issue_token
    from cases.services import FileInput, open_case
    from hashes.services import SignalClaim

    opened = {}
    for _ in range(count):
        values = [secrets.token_hex(16) for _ in range(2)]
        files = [FileInput("video", (SignalClaim("VideoMD5", v, "original"),)) for v in values]
        opened[open_case(issue_token(), PIN, files).number] = values
    return opened


def withdraw(numbers: list[str]) -> None:
    from cases.services import enter_case, withdraw_case

    for number in numbers:
        case = enter_case(number, PIN)
        assert case is not None, "the case does not open"
        withdraw_case(case)


def erase(values: list[str]) -> None:
    from django.db import transaction

    from hashes.models import Hash
    from hashes.services import purge_hashes

    for held in Hash.objects.filter(value__in=values):
        with transaction.atomic():
            place = held.seq or 0
            assert purge_hashes(place, place) == 1, "the hash is not erased"


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "open":
        print(json.dumps(open_cases(int(sys.argv[2]))))  # noqa: T201
    elif sys.argv[1] == "erase":
        erase(json.load(sys.stdin))
    else:
        withdraw(json.load(sys.stdin))
