"""Celery's way into matching."""

from celery import shared_task

from matching.index import builder, files


@shared_task
def refresh_index() -> None:
    """Make a new index file if one is due. Woken by beat; one process at a time builds."""
    folder = files.default_folder()
    if builder.due(folder):
        builder.build(folder)
