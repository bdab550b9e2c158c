"""The staff's page on the index of near hashes: how it stands, and what to do when it stands ill."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from matching import index
from matching.index import IndexStatus
from matching.index.status import LEAST_FREE
from ncii.staff.site import add_page

SOURCES = {
    "file": "a file on this machine, shared by its processes",
    "memory": "all hashes, one by one: the bank is small, or no file is sound",
    "empty": "nothing: no hash has been published",
}


def index_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the index of the machine that answers."""
    status = index.status()
    shown = {"status": status, "lines": _lines(status), "low": status.disk_free < LEAST_FREE}
    return TemplateResponse(request, "admin/index_status.html", {**context, **shown})


def _lines(status: IndexStatus) -> list[tuple[str, str]]:
    return [
        ("Look-ups read", SOURCES[status.source]),
        ("Hashes in the file", f"{status.rows_in_file:,}"),
        ("Hashes compared one by one", f"{status.rows_in_memory:,}"),
        ("Up to place", f"{status.upto:,} of {status.head:,} in the feed"),
        ("Built", f"{status.built_at:%Y-%m-%d %H:%M} UTC" if status.built_at else "no file"),
        ("Size", f"{status.file_bytes / 1e6:,.1f} MB"),
        ("A new file is wanted", _wanted(status)),
        ("Free disk space", f"{status.disk_free / 1e9:,.1f} GB"),
    ]


def _wanted(status: IndexStatus) -> str:
    since = f", since {status.wanted_since:%Y-%m-%d %H:%M} UTC" if status.wanted_since else ""
    return f"{status.due}{since}" if status.due else "no"


add_page("index/", "Matching index", "hashes.view_hash", index_page)
