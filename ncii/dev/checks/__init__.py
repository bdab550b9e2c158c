"""Checks of our own that no ready-made linter knows: each module runs with `python -m`."""
