"""The product's settings, and the plain lists beside its own addresses."""

from ncii.settings import *  # noqa: F403

ROOT_URLCONF = "partners.bench.plain.urls"
