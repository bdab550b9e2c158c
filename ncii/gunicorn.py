"""Gunicorn's settings: `gunicorn -c python:ncii.gunicorn ncii.wsgi`. The command line wins."""

from typing import Any

from gunicorn.glogging import Logger

from ncii.env import env, log_level
from ncii.logs import configure_logging


class RedactedLogger(Logger):
    """No access log; gunicorn's own lines go where all lines go, redacted."""

    def setup(self, cfg: Any) -> None:
        """Take gunicorn's handlers away and let the root logger write."""
        super().setup(cfg)
        configure_logging(log_level())
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
        self.error_log.propagate = True

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Nothing: ncii.middleware writes a line without path, address or agent."""


logger_class = RedactedLogger
accesslog = None
bind = env.str("WEB_BIND", default="127.0.0.1:8000")
workers = env.int("WEB_WORKERS", default=2)
worker_class = "ncii.web_worker.BoundedWorker"
threads = env.int("WEB_THREADS", default=4)
# An exact look-up and argon2 take tens of milliseconds; the rest is a client that hangs.
timeout = env.int("WEB_TIMEOUT", default=60)
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
control_socket_disable = True
# Only Django reads what a proxy says (BEHIND_PROXY). gunicorn by itself believes any client of
# 127.0.0.1 that sends SCRIPT_NAME or X-Forwarded-Ssl, and a proxy on the same machine hands them on.
forwarded_allow_ips = ""
