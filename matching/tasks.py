"""Celery's way into matching."""

from celery import shared_task
from django.utils import timezone

from matching import duplicates
from matching.harmless import services as harmless
from matching.index import builder, files
from matching.review import rules
from matching.spikes import find_spikes


@shared_task
def refresh_index() -> None:
    """Make a new index file if one is due. Woken by beat; one process at a time builds.

    After a boot the files that are there are read through first.
    """
    folder = files.default_folder()
    builder.scrub(folder)
    if builder.due(folder):
        files.wanted_since(folder, wanted=True)
        builder.build(folder)


@shared_task
def watch_spikes() -> None:
    """Hold back what spikes, and release what nobody has answered. Woken by beat."""
    now = timezone.now()
    rules.release_stale_spikes(now)
    found = find_spikes(now)
    if found.certain or found.suspect:
        rules.hear_spikes(found.certain, found.suspect)


@shared_task
def sweep_harmless() -> None:
    """Let the bank follow changes of the list of harmless pictures. Woken by beat."""
    harmless.sweep()


@shared_task
def count_duplicates() -> None:
    """Count what of the new photos is close to one already in the bank. Woken by beat."""
    duplicates.count_duplicates()
