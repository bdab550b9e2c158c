"""HTTP to addresses that others chose: to public machines only, without following them anywhere.

The only way out of this machine that a stranger's input can steer. What a partner registers as
a webhook must not make the bank knock at its own database, a cloud's metadata service or a
neighbour's printer (OWASP, "Server-Side Request Forgery Prevention").
"""

from ncii.lib.outbound.addresses import is_public
from ncii.lib.outbound.client import Answer, NoAnswer, OutboundClient
from ncii.lib.outbound.urls import Refused, check_url

__all__ = ["Answer", "NoAnswer", "OutboundClient", "Refused", "check_url", "is_public"]
