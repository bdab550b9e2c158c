"""Fixtures that every app's tests may use (see ncii/tests/fixtures.py)."""

pytest_plugins = ["ncii.tests.fixtures", "ncii.tests.staff", "ncii.tests.staff_browser"]
