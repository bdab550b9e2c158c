#!/usr/bin/env python
"""Django's command line for the NCII Hash Bank."""

import os
import sys


def main() -> None:
    """Run a management command under the project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ncii.settings")
    if sys.argv[1:2] == ["make_keys"]:
        from ncii.management.commands.make_keys import Command

        # Without Django's setup: production settings ask for the very keys that this makes.
        Command().run_from_argv(sys.argv)
        return
    from django.core.management import execute_from_command_line

    from ncii.command_line import run

    run(execute_from_command_line, sys.argv)


if __name__ == "__main__":
    main()
