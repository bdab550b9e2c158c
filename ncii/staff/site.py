"""The admin site: its name, who may enter, and pages that are no table."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, NoReturn, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import translation
from django.utils.http import urlencode

from ncii.staff import audit, doors, throttle
from ncii.staff.approvals.selectors import waiting_for
from ncii.staff.passkey_page import passkey_page

# What hands out a secret, takes a partner off, or changes who staff are.
SENSITIVE = frozenset(
    {
        "partners_apikey_add",
        "partners_apikey_revoke",
        "partners_webhookendpoint_add",
        "partners_webhookendpoint_new_secret",
        "partners_partner_add",
        "partners_partner_change",
        "auth_user_add",
        "auth_user_change",
        "auth_user_password_change",
        "auth_user_forget",
        "password_change",
        "passkeys",
        "staff_approval_ask",
        "staff_approval_change",
        "staff_approval_decide",
        "staff_approval_collect",
        "staff_approval_back",
    }
)
UNREMARKABLE = frozenset({"index", "jsi18n", "login", "app_list", "password_change", "passkeys"})
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
        """Let active staff in who have given password and code, for a working day at most."""
        translation.activate("en")
        return doors.is_half_in(request) and request.user.is_verified()  # type: ignore[union-attr]

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for the password; whoever has given it goes on to the next door."""
        translation.activate("en")
        inside = self.has_permission(request)
        if request.method == "GET" and not inside and doors.is_half_in(request):
            wanted = urlencode({"next": request.GET.get("next", "")})
            return HttpResponseRedirect(f"{doors.door_of(request)}?{wanted}")
        if request.method != "POST":
            return super().login(request, extra_context)
        with transaction.atomic():
            if throttle.is_held(request, request.POST.get("username", "")):
                context = {**self.each_context(request), "title": "Staff login"}
                return TemplateResponse(request, "admin/held.html", context, status=429)
            return super().login(request, extra_context)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Tell on the first page how many requests wait for this person."""
        waiting = waiting_for(cast("User", request.user))
        return super().index(request, {"waiting": waiting, **(extra_context or {})})

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Ask for a fresh code before what can do harm."""
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            name = request.resolver_match.url_name if request.resolver_match else None
            if name in SENSITIVE and self.has_permission(request) and not doors.is_fresh(request):
                wanted = urlencode({"next": request.get_full_path()})
                return HttpResponseRedirect(f"{reverse('admin:second_factor')}?{wanted}")
            # What is done and its entry in the audit stand together, or neither does.
            with transaction.atomic() if request.method == "POST" else nullcontext():
                answer: HttpResponseBase = inner(request, *args, **kwargs)
            _note_look(request, answer)
            return answer

        return guarded

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Put it into the audit, as Django does only where it is another's."""
        answer = super().password_change(request, extra_context)
        if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
            audit.record(cast("User", request.user), "password changed")
        return answer

    def autocomplete_view(self, request: HttpRequest) -> NoReturn:
        """No form of ours asks it, and it answers with row ids, which tell what came together."""
        raise Http404

    def add_page(self, route: str, title: str, permission: str, view: Page) -> None:
        """Hang a page under `staff/<route>`; it gets the request and the admin's context."""
        self.pages.append(StaffPage(route, title, permission, view))

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Put our pages before the admin's own routes."""
        ours = [path(p.route, self.admin_view(self._opened(p)), name=p.name) for p in self.pages]
        return [
            path("enrol/", doors.enrol, name="enrol"),
            path("second-factor/", doors.second_factor_door, name="second_factor"),
            path("passkeys/", self.admin_view(passkey_page), name="passkeys"),
            path("leave/", doors.leave, name="leave"),
            *ours,
            *super().get_urls(),
        ]

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


def _note_look(request: HttpRequest, answer: HttpResponseBase) -> None:
    """Put into the audit which page was looked at, and of which row; a search only as such."""
    match = request.resolver_match
    if request.method != "GET" or answer.status_code != 200 or match is None:
        return
    if match.url_name in UNREMARKABLE or not isinstance(request.user, User):
        return
    row = " ".join(str(value) for value in match.kwargs.values())
    searched = "with a search" if request.GET.get("q") else ""
    audit.record(request.user, "looked", f"{match.url_name} {row}".strip(), searched)


def add_page(route: str, title: str, permission: str, view: Page) -> None:
    """Hang a page under the project's admin site; see StaffSite.add_page."""
    cast("StaffSite", admin.site).add_page(route, title, permission, view)
