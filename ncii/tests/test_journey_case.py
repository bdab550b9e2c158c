"""The victim's whole way in a real browser: files, PIN, number, status, withdrawal."""

from __future__ import annotations

import json
import re
import unicodedata
from urllib.parse import parse_qs

import numpy as np
import pdqhash
import pytest
from playwright.sync_api import Dialog, FilePayload, Page, Route, expect
from skimage import data

from ncii.tests.mailbox import Mailbox
from ncii.tests.pictures import film, picture, pictures
from ncii.tests.victim import PIN, Victim
from ncii.tests.watch import Watch

pytestmark = pytest.mark.e2e
PIECE = 24


def sent_case(watch: Watch) -> dict[str, str]:
    [request] = [r for r in watch.requests if r.method == "POST" and r.url.endswith("/case/new")]
    fields = parse_qs(request.post_data or "", keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}


def assert_nothing_of_the_files_left(watch: Watch, files: list[FilePayload]) -> None:
    """No request carries a piece of a file, its name or its size, whatever the encoding."""
    for request in watch.requests:
        headers = json.dumps(request.headers)
        body = request.post_data_buffer or b""
        for file in files:
            stem = file["name"].rpartition(".")[0]
            content = file["buffer"]
            sizes = (str(len(content)), f"{len(content):x}")
            for text in (request.url, headers, body.decode("latin-1")):
                assert stem not in text
                words = re.split(r"[^0-9A-Za-z]+", text)
                assert not set(sizes) & set(words)
            for start in range(0, len(content) - PIECE, 997):
                assert content[start : start + PIECE] not in body


@pytest.mark.parametrize("language", ["en", "fr"])
def test_open_see_and_withdraw_a_case(page: Page, watch: Watch, browser, language):
    files = [*pictures(), film(browser)]
    victim = Victim(page, language)
    victim.answer_yes()
    victim.choose(files)
    expect(page.locator(".row--ready")).to_have_count(4)
    victim.go_to_check()
    number = victim.send()

    case = sent_case(watch)
    assert set(case) == {"csrfmiddlewaretoken", "token", "pin", "email", "files"}
    sent = json.loads(case["files"])
    assert [file["kind"] for file in sent] == ["photo", "photo", "photo", "video"]
    reference, quality = pdqhash.compute(np.asarray(data.coffee()))
    primary = sent[1]["claims"][0]
    expected = np.packbits(reference.astype(bool)).tobytes().hex()
    assert (primary["value"], primary["quality"]) == (expected, quality)

    victim.enter(number)
    expect(page.locator(".journey")).to_have_count(4)
    page.locator(f'a[href="/{language}/status/withdraw"]').click()
    page.locator('input[value="yes"]').check()
    page.locator('main button[type="submit"]').click()
    expect(page).to_have_url(re.compile(r"/status/withdrawn$"))
    page.locator('main button[type="submit"]').click()
    expect(page).to_have_url(re.compile(r"/status/finished$"))
    page.goto(f"/{language}/status/case")
    expect(page).to_have_url(re.compile(r"/status$"))
    assert_nothing_of_the_files_left(watch, files)


def test_bad_files_say_what_is_wrong_and_the_good_ones_go_on(
    page: Page, watch: Watch, victim: Victim
):
    good = picture("good.png", "PNG", data.coffee)
    plain = picture("plain.png", "PNG", lambda: np.full((300, 300, 3), 255, np.uint8))
    whole = picture("cut.jpg", "JPEG", data.astronaut)
    cut = whole | {"buffer": whole["buffer"][:9000]}
    bad: list[FilePayload] = [
        plain,
        cut,
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"},
        {"name": "nothing.jpg", "mimeType": "image/jpeg", "buffer": b""},
    ]
    victim.answer_yes()
    victim.choose([bad[0], bad[1], good, bad[2], bad[3]])
    expect(page.locator(".row--ready")).to_have_count(1)
    said = page.locator(".row--wrong [data-says]").all_inner_texts()
    for text, words in zip(
        said,
        ("too plain to fingerprint safely", "part of this file is missing", "cannot read", "empty"),
        strict=True,
    ):
        assert words in text
    victim.go_to_check()
    expect(page.locator("[data-check-files] li")).to_have_text(["Photo 1"])
    expect(page.locator("[data-check-wrong]")).to_contain_text("4 files could not be used")
    victim.send()
    assert len(json.loads(sent_case(watch)["files"])) == 1


def test_the_same_picture_twice_is_named(page: Page, victim: Victim):
    victim.answer_yes()
    victim.choose([picture("a.png", "PNG", data.coffee)])
    victim.choose([picture("b.png", "PNG", data.coffee)])
    expect(page.locator(".row--twin [data-says]")).to_contain_text("the same as Photo 1")


def test_of_the_same_picture_twice_either_can_be_removed(page: Page, victim: Victim):
    victim.answer_yes()
    for name in ("a.png", "b.png", "c.png"):
        victim.choose([picture(name, "PNG", data.coffee)])
        expect(page.locator("[data-rows] > li").last).to_have_class(re.compile("ready|twin"))
    expect(page.locator(".row--twin")).to_have_count(2)
    page.locator(".row--ready [data-remove]").click()
    expect(page.locator(".row--ready [data-file]")).to_have_text("b.png")
    expect(page.locator(".row--twin [data-file]")).to_have_text("c.png")
    victim.choose([picture("first.png", "PNG", data.astronaut)])
    expect(page.locator(".row--ready")).to_have_count(2)
    victim.choose([picture("again.png", "PNG", data.astronaut)])
    expect(page.locator(".row--twin [data-says]").last).to_contain_text("the same as Photo 2")
    for _ in range(2):
        page.locator(".row--ready [data-remove]").first.click()
    expect(page.locator(".row--twin [data-says]")).to_contain_text("the same as Photo 1")


def videos(count: int) -> list[FilePayload]:
    head = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"
    return [
        {"name": f"{n}.mp4", "mimeType": "video/mp4", "buffer": head + bytes([n]) * 50}
        for n in range(count)
    ]


def test_the_twenty_first_file_is_left_out_and_that_is_said(page: Page, victim: Victim):
    victim.answer_yes()
    victim.choose(videos(21))
    expect(page.locator(".row--ready")).to_have_count(20)
    summary = page.locator("[data-wrongs]")
    expect(summary).to_contain_text("A case can hold 20 photos and videos, so 1 of them")
    expect(summary).to_be_focused()
    page.locator("[data-remove]").nth(4).click()
    expect(page.locator("[data-rows] > li")).to_have_count(19)
    expect(page.locator("[data-name]").nth(4)).to_have_text("Video 5")


def test_a_server_that_is_not_reached_loses_nothing(page: Page, victim: Victim):
    victim.prepare(pictures()[:1])
    page.route("**/case/new", lambda route: route.abort(), times=1)
    page.locator("#send").click()
    summary = page.locator("[data-wrongs]")
    expect(summary).to_contain_text("We could not reach the site")
    expect(summary).to_be_focused()
    victim.send()


def test_a_lost_answer_makes_no_second_case_and_a_refusal_is_shown_at_its_field(
    page: Page, victim: Victim
):
    """The server opens the case, the answer is lost, and the person changes the PIN meanwhile."""
    victim.prepare(pictures()[:2])

    def lose_the_answer(route: Route) -> None:
        assert route.fetch().status == 201
        route.abort()

    page.route("**/case/new", lose_the_answer, times=1)
    page.locator("#send").click()
    expect(page.locator("[data-wrongs]")).to_contain_text("We could not reach the site")

    page.locator('[data-step="check"] .back').click()
    page.fill("#pin", "73918264")
    page.fill("#pin-again", "73918264")
    page.locator('[data-step="pin"] button[type="submit"]').click()
    page.locator("#send").click()
    expect(page.locator("#pin-error")).to_contain_text("with another PIN")
    expect(page.locator("[data-wrongs]")).to_be_focused()
    page.locator("[data-wrongs] a").click()
    expect(page.locator("#pin")).to_be_focused()
    expect(page.locator("#pin")).to_have_value("73918264")

    page.fill("#pin", PIN)
    page.fill("#pin-again", PIN)
    page.keyboard.press("Enter")
    number = victim.send()
    victim.enter(number)
    expect(page.locator(".journey")).to_have_count(2)


def test_what_is_on_its_way_is_what_the_person_sees(page: Page, victim: Victim):
    """Back, while the answer is awaited: a PIN changed then would not be the case's."""
    victim.prepare(pictures()[:1])
    held: list[Route] = []
    page.route("**/case/new", lambda route: held.append(route), times=1)
    with page.expect_request("**/case/new"):
        page.locator("#send").click()
    page.go_back()
    page.locator('[data-step="check"] .back').click()
    expect(page.locator("#send")).to_be_visible()
    held[0].continue_()
    expect(page.locator("[data-number]")).not_to_be_empty()
    page.locator("[data-copy]").click()


def test_back_goes_one_step_back_and_keeps_everything(page: Page, victim: Victim):
    victim.prepare(pictures()[:1])
    page.go_back()
    expect(page.locator("#pin")).to_have_value(PIN)
    page.go_back()
    expect(page.locator(".row--ready")).to_have_count(1)
    page.go_forward()
    expect(page.locator("#pin")).to_be_visible()


def test_the_pin_is_looked_at_before_it_is_sent(page: Page, victim: Victim):
    victim.answer_yes()
    victim.choose(pictures()[:1])
    page.locator("[data-next]").click()
    for typed, again, says, field in (
        ("123", "123", "6 to 12 digits", "pin"),
        ("654321", "654321", "too easy", "pin"),
        ("84629173", "84629174", "not the same", "pin-again"),
    ):
        page.fill("#pin", typed)
        page.fill("#pin-again", again)
        page.keyboard.press("Enter")
        expect(page.locator(f"#{field}-error")).to_contain_text(says)
        expect(page.locator(f"#{field}")).to_have_attribute("aria-invalid", "true")
    page.locator("[data-random]").click()
    expect(page.locator("#pin")).to_have_value(re.compile(r"^[0-9]{8}$"))
    expect(page.locator("#pin-again")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#send")).to_be_visible()


def test_the_number_goes_by_mail_once_and_says_nothing_of_what_it_is(
    page: Page, mailbox: Mailbox, victim: Victim
):
    victim.prepare(pictures()[:1])
    page.fill("#email", "someone@")
    page.locator("#send").click()
    expect(page.locator("#email-error")).to_contain_text("does not look right")
    page.fill("#email", "someone@example.org")
    number = victim.send()
    expect(page.locator("[data-mail-sent]")).to_be_visible()
    [message] = mailbox.messages
    assert mailbox.recipients == [["someone@example.org"]]
    text = message.get_content()
    assert number in text
    for word in ("hash", "intim", "image", "picture", "ncii", "case"):
        assert word not in (text + message["Subject"]).lower()


def test_the_sheet_is_made_on_the_device_and_has_the_pin_only_when_asked(
    page: Page, watch: Watch, victim: Victim
):
    number = victim.open_case(pictures()[:1])
    requests = len(watch.requests)

    def saved() -> str:
        with page.expect_download() as download:
            page.locator("[data-save]").click()
        assert download.value.suggested_filename == "number.txt"
        return download.value.path().read_text()

    sheet = saved()
    assert number in sheet
    assert "/en/status" in sheet
    assert PIN not in sheet
    page.emulate_media(media="print")
    expect(page.locator("[data-sheet] .number")).to_be_visible()
    expect(page.locator("[data-pin-line]")).to_be_hidden()
    expect(page.locator(".top, .foot, .beside, main button").locator("visible=true")).to_have_count(
        0
    )
    page.emulate_media(media="screen")
    page.locator("#with-pin").check()
    assert PIN in saved()
    page.emulate_media(media="print")
    expect(page.locator("[data-pin]")).to_have_text(PIN)
    expect(page.locator("[data-pin]")).to_be_visible()
    assert [r for r in watch.requests[requests:] if not r.url.startswith("blob:")] == []


def test_the_page_and_the_server_refuse_the_same_pins(page: Page, victim: Victim):
    from cases.pins import pin_problem

    pins = ["", "12345", "123456", "012345", "987654", "890123", "111111", "121212", "123123"]
    pins += ["12341234", "777888", "84629173", "1234567890123", "12a456", " 123457", "901234567890"]
    pins += ["٣٤٥٦٧٨", "135791", "000001", "246824"]
    victim.answer_yes()
    source = page.locator('script[type="module"]').get_attribute("src")
    said = page.evaluate(
        """async ([source, pins]) => {
            const { pinProblem } = await import(source.replace("case.js", "pin.js"));
            return pins.map(pinProblem);
        }""",
        [source, pins],
    )
    assert said == [pin_problem(pin) for pin in pins]


def test_the_page_and_the_server_read_the_same_pin_from_any_keyboard(page: Page, victim: Victim):
    from cases.typed import plain

    digits = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) == "Nd"]
    typed = [*digits, "48 29\u00a015", "\u200e482915\u200f", "\ufeff482\u200b915", "12a456", "²"]
    victim.answer_yes()
    source = page.locator('script[type="module"]').get_attribute("src")
    read = page.evaluate(
        """async ([source, typed]) => {
            const { plainPin } = await import(source.replace("case.js", "pin.js"));
            return typed.map(plainPin);
        }""",
        [source, typed],
    )
    assert read == [plain(text) for text in typed]
    assert {plain(digit) for digit in digits} == set("0123456789")


def test_a_pin_typed_in_arabic_digits_opens_the_case_in_any(page: Page, victim: Victim):
    number = victim.open_case(pictures()[:1], "٨٤٦٢٩١٧٣")
    victim.enter(number, "84629173")
    victim.enter(number, "٨٤٦٢٩١٧٣")


def test_leaving_with_unsent_work_asks_first(page: Page, victim: Victim):
    victim.answer_yes()
    victim.choose(pictures()[:1])
    asked: list[str] = []

    def leave_anyway(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave_anyway)
    page.locator(".brand").click()
    expect(page).to_have_url(re.compile(r"/en/$"))
    assert asked == ["beforeunload"]
