"""`/readyz`: whether visitors may be sent to this process."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from matching import index


def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether this process can serve: database there, and as new as the code.

    An index that needs somebody is said and no reason to take the process away: it answers
    right, only slower.
    """
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return JsonResponse({"status": "not ready", "migrations": len(missing)}, status=503)
    return JsonResponse({"status": "ready", "index": "well" if index.health().healthy else "ill"})
