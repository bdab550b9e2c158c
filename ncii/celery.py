"""The Celery application. Tasks carry no data: they wake up and look in the database."""

import os
from typing import Any

import structlog
from celery import Celery, Task, signals
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ncii.settings")
try:
    settings.MODE  # noqa: B018 - reads them all
except ImproperlyConfigured as error:
    # Left to itself, Celery's command line tells it as the end of a hundred lines of traceback.
    raise SystemExit(str(error)) from None
app = Celery("ncii")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def _keep_our_logging(**kwargs: Any) -> None:
    """Django has configured logging (ncii.apps); Celery must not replace it."""


@signals.celeryd_init.connect
@signals.beat_init.connect
def _refuse_unsafe_settings(**kwargs: Any) -> None:
    from ncii.checks import refuse_unsafe_settings

    try:
        refuse_unsafe_settings()
    except ImproperlyConfigured as error:
        # Celery logs what a receiver raises and goes on; an exit it can't catch.
        raise SystemExit(str(error)) from None


@signals.task_failure.connect
def _log_failure(sender: Task[..., Any], exception: BaseException, **kwargs: Any) -> None:
    log = structlog.get_logger("ncii.task")
    log.error("task_failed", task=sender.name, exc_info=exception)


def wake(task: Task[..., Any]) -> None:
    """Ask a worker to run `task` soon.

    Never raises: what there is to do stands in the database, and beat asks again within seconds,
    so a broker that is away must not fail the request that has already been saved.
    """
    try:
        task.apply_async(expires=60)
    except Exception as error:  # noqa: BLE001 - each transport raises its own kinds
        structlog.get_logger("ncii.wake").warning(
            "broker_away", task=task.name, error=type(error).__name__
        )
