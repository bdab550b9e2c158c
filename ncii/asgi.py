"""The door for an ASGI server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ncii.settings")
application = get_asgi_application()

from ncii.checks import refuse_unsafe_settings  # noqa: E402 - needs the settings

refuse_unsafe_settings()
