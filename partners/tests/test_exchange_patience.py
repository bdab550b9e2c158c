"""Meta's client comes again when it is told to, and ends with everything."""

from typing import Any

import pytest
from threatexchange.exchanges.clients.stopncii.api import StopNCIIAPI

from hashes.selectors import feed_page
from ncii.lib.rate_limits import Limit
from partners import rates
from partners.api.problems import Problem
from partners.exchange import views
from partners.models import Scope
from partners.tests.api_helpers import Platform, claim, video


def pages(live_server: Any, platform: Platform, size: int) -> list[str]:
    """Fetch everything, page by page, as fetch_hashes_iter does."""
    api = StopNCIIAPI(platform.key, platform.key, base_url_override=f"{live_server.url}/v1")
    found, token, more = [], "", True
    while more:
        page = api.fetch_hashes(page_size=size, next_page=token)
        found += [record.hashValue for record in page.hashRecords]
        token, more = page.nextPageToken or "", page.hasMoreRecords
    return found


@pytest.mark.django_db(transaction=True)
def test_after_429_it_waits_and_goes_on(live_server, monkeypatch) -> None:
    monkeypatch.setitem(rates.LIMITS, Scope.FEED, Limit(2, 2))
    platform = Platform()
    made = claim(*(video() for _ in range(5)))
    assert sorted(pages(live_server, platform, 1)) == sorted(each.hash.value for each in made)


@pytest.mark.django_db(transaction=True)
def test_after_503_it_tries_again(live_server, monkeypatch) -> None:
    platform = Platform()
    refused: list[bool] = []
    made = claim(*(video() for _ in range(4)))

    def every_other_time(*args: Any, **kwargs: Any) -> Any:
        refused.append(len(refused) % 2 == 0)
        if refused[-1]:
            raise Problem(503, "Try again.", headers={"Retry-After": "0"})
        return feed_page(*args, **kwargs)

    monkeypatch.setattr(views, "feed_page", every_other_time)
    assert sorted(pages(live_server, platform, 1)) == sorted(each.hash.value for each in made)
    assert sum(refused) == 4
