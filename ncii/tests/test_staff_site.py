"""Who may enter the staff's pages, for how long, and what never stands on them."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client

from cases.models import Case
from cases.numbers import issue_token, normalise
from cases.services import FileInput, open_case, withdraw_case
from hashes.models import Change, Hash
from hashes.publisher import publish
from hashes.services import SignalClaim
from hashes.signal_types import ImagePDQ, VideoMD5
from matching.models import MatchReport
from ncii.staff.doors import LONGEST_SESSION
from ncii.tests.canaries import hits
from ncii.tests.routes import all_routes
from ncii.tests.staff import sign_in
from partners.models import FeedbackValue, Partner
from partners.services import record_feedback

pytestmark = pytest.mark.django_db

# Far from every other number on a page, so that finding it means that the id stands there.
FIRST_ID = 918_273_645


@pytest.fixture
def published() -> str:
    """One case with two files, published; return its number."""
    Hash.objects.create(pk=FIRST_ID, signal="VideoMD5", value=VideoMD5.examples[0])
    Hash.objects.create(pk=FIRST_ID + 1, signal="ImagePDQ", value=ImagePDQ.examples[0])
    files = [
        FileInput("photo", (SignalClaim("ImagePDQ", ImagePDQ.examples[0], "as-displayed", 100),)),
        FileInput("video", (SignalClaim("VideoMD5", VideoMD5.examples[0], "original"),)),
    ]
    opened = open_case(issue_token(), "728193", files)
    publish()
    return opened.number


@pytest.fixture
def reports(published: str) -> Partner:
    partner = Partner.objects.create(name="Kiosk")
    held = Hash.objects.get(signal="ImagePDQ")
    moment = held.published_at
    assert moment is not None
    MatchReport.objects.create(
        partner=partner, hash=held, distance=4, matched_at=moment, received_at=moment, action="none"
    )
    record_feedback(partner, held, FeedbackValue.BLOCKED)
    publish()
    return partner


def _staff(*permissions: str) -> Client:
    user = User.objects.create_user("ada", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    sign_in(client, user)
    return client


STAFF_PATHS = [r.path for r in all_routes() if r.path.startswith("/staff/")]
OPEN_TO_ALL = {"/staff/login/", "/staff/logout/"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_enters_without_a_login(client: Client, method: str) -> None:
    for path in STAFF_PATHS:
        answer = getattr(client, method)(path)
        if path not in OPEN_TO_ALL:
            assert answer.status_code in (302, 404), path
            if answer.status_code == 302:
                assert answer["Location"].startswith("/staff/login/"), path


@pytest.mark.parametrize("path", ["/staff/", "/staff/figures/", "/staff/hashes/hash/"])
def test_a_user_who_is_no_staff_stays_outside(client: Client, path: str) -> None:
    client.force_login(User.objects.create_user("eve"))

    assert client.get(path)["Location"].startswith("/staff/login/")


@pytest.mark.parametrize(
    "path",
    [
        "/staff/figures/",
        "/staff/hashes/hash/",
        "/staff/partners/apikey/",
        "/staff/partners/apikey/revoke/",
        "/staff/matching/matchreport/",
    ],
)
def test_staff_without_the_permission_are_refused(path: str) -> None:
    assert _staff().get(path).status_code == 403


def test_a_session_ends_after_a_working_day(admin_client: Client) -> None:
    assert admin_client.get("/staff/").status_code == 200
    session = admin_client.session
    session["staff_entered_at"] -= LONGEST_SESSION.total_seconds() + 1
    session.save()

    assert admin_client.get("/staff/").status_code == 302
    assert "_auth_user_id" not in admin_client.session


def test_the_idle_limit_is_a_quarter_of_an_hour(admin_client: Client) -> None:
    assert admin_client.session.get_expiry_age() == 15 * 60


def test_no_list_of_cases_is_to_be_had() -> None:
    registered = {model.__name__ for model in admin.site._registry}

    assert not registered & {model.__name__ for model in Case.__subclasses__() + [Case]}
    assert not {"CaseFile", "FileClaim", "FailedTries", "Decoy", "Claim"} & registered


def test_no_page_shows_a_case_number_or_the_id_of_a_hash(
    admin_client: Client, published: str, reports: Partner
) -> None:
    seqs = list(Hash.objects.values_list("seq", flat=True))
    lists = [p for p in STAFF_PATHS if p.endswith("/") and "/x/" not in p]
    pages = [f"/staff/hashes/hash/{seq}/change/" for seq in seqs]
    reports_page = f"/staff/matching/matchreport/{MatchReport.objects.get().pk}/change/"

    for path in [*lists, *pages, reports_page, f"/staff/partners/partner/{reports.pk}/change/"]:
        text = admin_client.get(path).content.decode()
        assert not hits(text, published, normalise(published) or ""), path
        for held_id in (FIRST_ID, FIRST_ID + 1):
            assert str(held_id) not in text, path


def test_hashes_are_listed_in_the_order_of_the_feed(admin_client: Client, published: str) -> None:
    text = admin_client.get("/staff/hashes/hash/").content.decode()

    shown = [held.value[:16] for held in Hash.objects.order_by("seq")]
    assert text.index(shown[0]) < text.index(shown[1])


def test_an_unpublished_hash_is_not_listed(admin_client: Client) -> None:
    Hash.objects.create(signal="VideoMD5", value=VideoMD5.examples[0])

    assert VideoMD5.examples[0][:16] not in admin_client.get("/staff/hashes/hash/").content.decode()


def test_a_hash_is_found_by_its_exact_value_only(admin_client: Client, published: str) -> None:
    value = ImagePDQ.examples[0]

    whole = admin_client.get("/staff/hashes/hash/", {"q": f" {value.upper()} "}).content.decode()
    part = admin_client.get("/staff/hashes/hash/", {"q": value[:20]}).content.decode()

    assert value[:16] in whole
    assert VideoMD5.examples[0][:16] not in whole
    assert "0 hashes" in part


@pytest.mark.parametrize("address", ["999999", "x", "9" * 400, "-1", "1_3A"])
def test_an_address_that_leads_to_no_hash(
    admin_client: Client, published: str, address: str
) -> None:
    answer = admin_client.get(f"/staff/hashes/hash/{address}/change/")

    assert answer.status_code == 302
    assert answer["Location"] == "/staff/"


@pytest.mark.parametrize("model", ["hashes/hash", "hashes/change"])
def test_nothing_of_the_bank_can_be_written(
    admin_client: Client, published: str, model: str
) -> None:
    seq = Change.objects.earliest("seq").seq
    before = list(Hash.objects.values())

    assert admin_client.post(f"/staff/{model}/add/", {}).status_code == 403
    admin_client.post(f"/staff/{model}/{seq}/change/", {"state": "Withdrawn"})
    admin_client.post(f"/staff/{model}/{seq}/delete/", {"post": "yes"})
    admin_client.post(f"/staff/{model}/", {"action": "delete_selected", "_selected_action": seq})

    assert list(Hash.objects.values()) == before


def test_figures_count_cases_by_month(admin_client: Client, published: str) -> None:
    withdraw_case(Case.objects.get())

    text = admin_client.get("/staff/figures/").content.decode()

    month = Case.objects.get().opened_on.strftime("%B %Y")
    row = " ".join(text[text.index(month) :].split())
    assert row.startswith(f"{month}</th> <td>1</td> <td>1</td>")


def test_staff_read_english_whatever_the_browser_asks_for(admin_client: Client) -> None:
    answer = admin_client.get("/staff/", headers={"accept-language": "fr"})

    assert answer.headers["Content-Language"] == "en"
    assert 'lang="en"' in answer.content.decode()
