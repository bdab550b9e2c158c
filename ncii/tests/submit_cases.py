"""A process that opens cases, and withdraws some, as fast as the bank takes them.

    python -m ncii.tests.submit_cases COUNT

Prints a line of JSON, {value: state}, for every transaction the bank has committed: what is
printed has been promised to a person.
"""

import json
import random
import secrets
import sys

import django


def main(count: int) -> None:
    django.setup()
    from cases.numbers import issue_token
    from cases.services import FileInput, open_case, withdraw_case
    from hashes.services import SignalClaim

    for _ in range(count):
        values = [secrets.token_hex(16) for _ in range(random.randint(1, 3))]
        files = [FileInput("video", (SignalClaim("VideoMD5", v, "original"),)) for v in values]
        opened = open_case(issue_token(), "482915", files)
        _promise(values, "Active")
        if random.random() < 0.2:
            withdraw_case(opened.case)
            _promise(values, "Withdrawn")


def _promise(values: list[str], state: str) -> None:
    print(json.dumps(dict.fromkeys(values, state)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]))
