"""A harmless picture sent as a case: taken like any other, never published, released by staff."""

from __future__ import annotations

import io
import json

import numpy
import pdqhash
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from playwright.sync_api import Page
from skimage import data
from threatexchange.exchanges.clients.stopncii.api import StopNCIIAPI, StopNCIICaseStatus

from cases.numbers import issue_token
from cases.selectors import case_status
from cases.services import FileInput, open_case
from hashes.models import Hash, State, Suspension
from hashes.publisher import publish
from hashes.services import SignalClaim
from hashes.signal_types import ImagePDQ
from matching.harmless.pictures import pictures
from matching.harmless.services import add_harmless
from matching.tests.index_data import random_values
from ncii.tests.stack import Stack
from ncii.tests.test_tx_matches_a_browser_hash import named, statuses
from ncii.tests.victim import Victim
from ncii.tests.waiting import wait_until
from partners.models import Partner
from partners.tests.photos import jpeg, one_of_a_kind, pdq_hex
from partners.tests.tx import new_key

FLAG, OTHER = random_values(2, seed=31)
LABEL = "logo: dark letter R"
# What the page in the queue does when a member of staff presses "Decide: partners get the hash".
RELEASE = """
from django.contrib.auth.models import User
from matching.models import Decision, ReviewItem
from matching.review import services
ann, _ = User.objects.get_or_create(username="ann")
for item in ReviewItem.objects.filter(partner=None, decision=""):
    services.take(item, ann)
    services.decide(item, ann, Decision.KEEP, "a person wears it")
"""
HELD = (
    "import json; from hashes.models import Suspension; "
    "print(json.dumps([s.hash.value for s in Suspension.objects.all()]))"
)


@pytest.fixture
def listed() -> None:
    add_harmless([(ImagePDQ.name, FLAG, "flag of nowhere")], None)


def sent(value: str) -> FileInput:
    return FileInput("photo", (SignalClaim(ImagePDQ.name, value, "as-displayed", 100),))


@pytest.mark.django_db
@pytest.mark.usefixtures("listed")
def test_who_sent_it_reads_the_same_words_as_everybody() -> None:
    Partner.objects.create(name="Social")
    flag, other = (open_case(issue_token(), "482915", [sent(v)]).case for v in (FLAG, OTHER))
    assert {held.state for held in Hash.objects.all()} == {State.RECEIVED}
    assert not Suspension.objects.exists()
    assert case_status(flag) == case_status(other)
    publish()
    assert [each.hash.value for each in Suspension.objects.all()] == [FLAG]
    assert case_status(flag) == case_status(other)


@pytest.mark.django_db
@pytest.mark.usefixtures("listed")
def test_nothing_that_is_done_for_the_request_depends_on_the_list() -> None:
    statements = []
    for value in (FLAG, OTHER):
        with CaptureQueriesContext(connection) as queries:
            open_case(issue_token(), "482915", [sent(value)])
        assert not any("harmless" in query["sql"] for query in queries)
        statements.append(len(queries))
    assert statements[0] == statements[1]


@pytest.mark.e2e
def test_a_logo_sent_from_a_browser_reaches_platforms_only_when_staff_release_it(
    page: Page, stack: Stack
) -> None:
    stack.manage("load_harmless")
    logo = next(picture for label, picture in pictures() if label == LABEL)
    photograph = jpeg(one_of_a_kind(data.rocket()))
    drawn = io.BytesIO()
    logo.save(drawn, "PNG")
    vector, _ = pdqhash.compute(numpy.asarray(logo))
    value = numpy.packbits(vector).tobytes().hex()
    key = new_key(stack, "Logos and browsers")
    api = StopNCIIAPI(key, key, base_url_override=f"{stack.url}/v1")
    png = {"name": "me.png", "mimeType": "image/png", "buffer": drawn.getvalue()}
    Victim(page).open_case([png, named(photograph)], "482915")  # type: ignore[list-item]

    real = pdq_hex(Image.open(io.BytesIO(photograph)))
    wait_until(lambda: statuses(api).get(real) == StopNCIICaseStatus.Active)
    wait_until(lambda: value in json.loads(stack.manage("shell", "-v0", "-c", HELD)))
    assert value not in statuses(api)

    stack.manage("shell", "-v0", "-c", RELEASE)
    wait_until(lambda: statuses(api).get(value) == StopNCIICaseStatus.Active)
