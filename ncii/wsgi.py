"""The door for gunicorn."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ncii.settings")
django_application = get_wsgi_application()

from ncii.checks import refuse_unsafe_settings  # noqa: E402 - needs the settings
from ncii.chunked import with_length  # noqa: E402
from ncii.host_header import with_host  # noqa: E402

refuse_unsafe_settings()
application = with_host(with_length(django_application, settings.MAX_BODY_BYTES))
