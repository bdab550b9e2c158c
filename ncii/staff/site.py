"""The admin site: its name, who may enter and for how long, and pages that are no table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone, translation

# The idle limit is the session cookie's (settings.SESSION_COOKIE_AGE).
LONGEST_SESSION = timedelta(hours=8)
_ENTERED = "staff_entered_at"
Page = Callable[[HttpRequest, dict[str, Any]], HttpResponse]


@dataclass(frozen=True)
class StaffPage:
    """A page of the admin that shows no table of its own: `permission` opens it."""

    route: str
    title: str
    permission: str
    view: Page

    @property
    def name(self) -> str:
        """The name to reverse it by, in the namespace `admin`."""
        return f"page_{self.route.strip('/').replace('-', '_')}"


class StaffSite(admin.AdminSite):
    """Django's admin under our name. Staff read English here, whatever their browser asks for."""

    site_header = "NCII Hash Bank"
    site_title = "Hash Bank staff"
    index_title = "Staff"
    enable_nav_sidebar = False
    login_template = "admin/login.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.pages: list[StaffPage] = []

    def has_permission(self, request: HttpRequest) -> bool:
        """Let active staff in, for a working day at most after their last login."""
        translation.activate("en")
        if not super().has_permission(request):
            return False
        entered = request.session.get(_ENTERED, 0)
        if timezone.now().timestamp() - entered > LONGEST_SESSION.total_seconds():
            logout(request)
            return False
        return True

    def add_page(self, route: str, title: str, permission: str, view: Page) -> None:
        """Hang a page under `staff/<route>`; it gets the request and the admin's context."""
        self.pages.append(StaffPage(route, title, permission, view))

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Put our pages before the admin's own routes."""
        ours = [path(p.route, self.admin_view(self._opened(p)), name=p.name) for p in self.pages]
        return [*ours, *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Tell every template which pages this person may open."""
        pages = [page for page in self.pages if request.user.has_perm(page.permission)]
        return {**super().each_context(request), "staff_pages": pages}

    def _opened(self, page: StaffPage) -> Callable[[HttpRequest], HttpResponseBase]:
        def view(request: HttpRequest) -> HttpResponseBase:
            if not request.user.has_perm(page.permission):
                raise PermissionDenied
            return page.view(request, {**self.each_context(request), "title": page.title})

        return view


def add_page(route: str, title: str, permission: str, view: Page) -> None:
    """Hang a page under the project's admin site; see StaffSite.add_page."""
    cast("StaffSite", admin.site).add_page(route, title, permission, view)


def note_entrance(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    """Receiver of user_logged_in: the session's absolute limit counts from here."""
    request.session[_ENTERED] = timezone.now().timestamp()
