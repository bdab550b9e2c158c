"""What every address of the API shares: a scope, a rate, compression, a place in the document."""

from typing import Any, ClassVar

from django.utils.decorators import method_decorator
from rest_framework.request import Request
from rest_framework.views import APIView

from ncii.lib.rate_limits import Use
from partners import rates
from partners.api.auth import key_of, partner_of
from partners.api.compression import compressed
from partners.api.problems import Problem
from partners.api.schema import PartnerSchema


@method_decorator(compressed, name="dispatch")
class PartnerView(APIView):
    """A view for keys that have `scope`.

    `problems` are the refusals that are its own, for the OpenAPI document; the common ones are
    added there.
    """

    scope: str
    problems: ClassVar[tuple[int, ...]] = ()
    schema = PartnerSchema()
    _use: Use | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the key in, then count the request; raise Problem (429) when it is one too many."""
        super().initial(request, *args, **kwargs)
        self._use = rates.use(partner_of(request), self.scope)
        if not self._use.allowed:
            seconds = str(self._use.reset)
            raise Problem(
                429, f"Come again in {seconds} seconds.", headers={"Retry-After": seconds}
            )
        if key_of(request).sandbox:
            self._enter_sandbox(str(request.method).lower())

    def _enter_sandbox(self, method: str) -> None:
        """Put the sandbox's handler in the place of the real one, which this request never meets."""
        if method in self.http_method_names and hasattr(self, method):
            setattr(self, method, getattr(self, f"sandbox_{method}", _not_in_sandbox))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say how many requests are left, and until when."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self._use is not None:
            answer["RateLimit-Limit"] = str(self._use.limit.uses)
            answer["RateLimit-Remaining"] = str(self._use.remaining)
            answer["RateLimit-Reset"] = str(self._use.reset)
        return answer


def _not_in_sandbox(request: Request, *args: Any, **kwargs: Any) -> Any:
    raise Problem(403, "The sandbox has nothing here: this needs a key for the real bank.")
