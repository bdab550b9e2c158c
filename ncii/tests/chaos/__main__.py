"""`python -m ncii.tests.chaos [SECONDS [WRITERS [postgres|sqlite]]]`: 0 if nothing was lost."""

import sys

from ncii.tests.chaos.run import run


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    writers = int(sys.argv[2]) if len(sys.argv) > 2 else 32
    print(run(seconds, writers, "sqlite" if "sqlite" in sys.argv[3:] else "postgres"))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
