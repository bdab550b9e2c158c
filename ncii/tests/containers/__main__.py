"""Run it: `python -m ncii.tests.containers`, with `--python IMAGE`, `--node`, `--postgres`, `--redis`.

An image that is not given is the one that Dockerfile and docker-compose.yml name.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from ncii.dev.tools import MissingToolError
from ncii.tests.containers import run
from ncii.tests.containers.engine import BaseImages, Failed, Project


def main() -> int:
    """Return 0 where all held, 1 with what did not, 2 where no engine answers."""
    parser = argparse.ArgumentParser(prog="make containers")
    for name in ("python", "node", "postgres", "redis"):
        parser.add_argument(f"--{name}", default="", metavar="IMAGE")
    images = BaseImages(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory(prefix="ncii-containers-") as folder:
        try:
            project = Project(images, Path(folder))
        except MissingToolError as error:
            print(f"make: {error}", file=sys.stderr)  # noqa: T201
            return 2
        try:
            run.prove(project, Path(folder))
        except (AssertionError, Failed) as error:
            print(f"{error}\n{project.logs()}", file=sys.stderr)  # noqa: T201
            return 1
        finally:
            project.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
