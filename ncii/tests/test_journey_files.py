"""The list of files: how they come in, what each row shows and offers, what is said aloud."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect
from skimage import data

from hashes.tests.hashing import as_displayed, encoded, photograph, reference
from ncii.tests.pictures import a_screenshot, picture, pictures
from ncii.tests.test_journey_case import videos
from ncii.tests.victim import HASHING_MS, Victim
from ncii.tests.watch import Watch

pytestmark = pytest.mark.e2e

_HAND_OVER = """([kind, selector, names, contents]) => {
    const transfer = new DataTransfer();
    contents.forEach((content, place) => transfer.items.add(new File(
        [Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], names[place])));
    const init = { bubbles: true, cancelable: true };
    const event = kind === "paste"
        ? new ClipboardEvent("paste", { ...init, clipboardData: transfer })
        : new DragEvent(kind, { ...init, dataTransfer: transfer });
    return !document.querySelector(selector).dispatchEvent(event);
}"""
# Every change of the live region, as a screen reader would be told.
_LISTEN = """() => {
    window.heard = [];
    new MutationObserver(() => window.heard.push(document.querySelector("[data-status]").textContent))
        .observe(document.querySelector("[data-status]"), { childList: true, characterData: true });
}"""


def hand_over(page: Page, kind: str, selector: str, files: list[FilePayload]) -> bool:
    """Paste or drop files there; return whether the page has taken the event."""
    contents = [base64.b64encode(file["buffer"]).decode() for file in files]
    taken: bool = page.evaluate(
        _HAND_OVER, [kind, selector, [file["name"] for file in files], contents]
    )
    return taken


def sent_files(watch: Watch) -> list[dict[str, list[dict[str, object]]]]:
    [request] = [r for r in watch.requests if r.method == "POST" and r.url.endswith("/case/new")]
    files: list[dict[str, list[dict[str, object]]]] = json.loads(
        parse_qs(request.post_data or "")["files"][0]
    )
    return files


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_files_may_be_pasted_or_dropped_anywhere(page: Page, kind: str, victim: Victim):
    victim.answer_yes()
    assert hand_over(page, kind, "h1", pictures()[:2])
    expect(page.locator(".row--ready")).to_have_count(2, timeout=HASHING_MS)


def test_a_drop_beside_the_picker_or_on_another_step_never_opens_the_file(
    page: Page, victim: Victim
):
    victim.answer_yes()
    assert hand_over(page, "dragover", "footer", pictures()[:1])
    expect(page.locator(".picker--over")).to_have_count(1)
    assert hand_over(page, "drop", "footer", pictures()[:1])
    expect(page.locator(".picker--over")).to_have_count(0)
    expect(page.locator(".row--ready")).to_have_count(1, timeout=HASHING_MS)
    victim.go_to_check()
    assert hand_over(page, "drop", "main", pictures()[1:2])
    assert not hand_over(page, "paste", "main", pictures()[1:2])
    expect(page.locator("[data-rows] > li")).to_have_count(1)


def test_a_pasted_text_is_left_alone(page: Page, victim: Victim):
    victim.answer_yes()
    assert not hand_over(page, "paste", "h1", [])
    expect(page.locator("[data-rows] > li")).to_have_count(0)


def test_a_phone_offers_its_camera_roll_and_is_not_sent_to_the_camera(page: Page, victim: Victim):
    victim.answer_yes()
    picker = page.locator("#files")
    accepted = (picker.get_attribute("accept") or "").split(",")
    assert {"image/*", "video/*", ".heic", ".heif"} <= set(accepted)
    assert picker.get_attribute("capture") is None
    assert picker.get_attribute("multiple") is not None


def colours(canvas: Locator) -> int:
    """How many colours are drawn there."""
    drawn: int = canvas.evaluate(
        """(canvas) => canvas.width && new Set(new Uint32Array(canvas.getContext("2d")
            .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    )
    return drawn


def test_no_picture_is_drawn_until_the_person_asks_and_then_only_a_blurred_one(
    page: Page, victim: Victim
):
    page.add_init_script(
        """window.decoded = 0; const real = createImageBitmap;
        window.createImageBitmap = (...given) => { window.decoded += 1; return real(...given); };"""
    )
    victim.answer_yes()
    victim.choose([*pictures(), *videos(1), a_screenshot()])
    seen = page.locator("[data-seen]")
    assert page.evaluate("window.decoded") == 0
    assert [colours(canvas) for canvas in seen.all()] == [0] * 5

    page.get_by_label("Show small, blurred pictures in the list").check()
    expect(page.locator("[data-seen]:visible")).to_have_count(4)
    for canvas in page.locator("[data-seen]:visible").all():
        assert colours(canvas) > 10
        assert canvas.evaluate("(canvas) => Math.max(canvas.width, canvas.height)") == 24
        assert "blur" in canvas.evaluate("(canvas) => getComputedStyle(canvas).filter")
    victim.choose([picture("rocket.jpg", "JPEG", data.rocket)])
    expect(page.locator("[data-seen]:visible")).to_have_count(5)

    page.get_by_label("Show small, blurred pictures in the list").uncheck()
    expect(page.locator("[data-seen]:visible")).to_have_count(0)
    assert [colours(canvas) for canvas in seen.all()] == [0] * 6


def test_a_file_that_the_browser_cannot_show_keeps_its_sign(page: Page, victim: Victim):
    victim.answer_yes()
    page.locator("#previews").evaluate("(box) => box.click()")
    tiff = encoded(photograph("coffee.png"), "TIFF")
    victim.choose([{"name": "a.tiff", "mimeType": "image/tiff", "buffer": tiff}])
    victim.choose(pictures()[:1])
    expect(page.locator("[data-seen]:visible")).to_have_count(1)
    expect(page.locator(".row--ready")).to_have_count(2)


def test_a_screenshot_is_trimmed_only_if_the_person_says_so(
    page: Page, watch: Watch, victim: Victim
):
    victim.answer_yes()
    victim.choose([a_screenshot(), *pictures()[2:]])
    offer = page.get_by_role("group", name="Photo 1")
    expect(page.locator("[data-trim]:visible")).to_have_count(1)
    offer.get_by_role("button", name="Show before and after").click()
    expect(offer.get_by_role("button", name="Yes, use it too")).to_be_focused()
    expect(offer.locator("canvas:visible")).to_have_count(2)
    before, after = offer.locator("canvas").all()
    ratio = "(canvas) => canvas.height / canvas.width"
    assert before.evaluate(ratio) == pytest.approx(2000 / 1080, abs=0.05)
    assert after.evaluate(ratio) == pytest.approx(400 / 600, abs=0.02)
    assert min(colours(before), colours(after)) > 100
    offer.get_by_role("button", name="No, leave it").click()
    expect(offer).to_contain_text("Only the whole screenshot gets a fingerprint")
    assert colours(before) == 0
    offer.get_by_role("button", name="Look again").click()
    offer.get_by_role("button", name="Yes, use it too").click()
    expect(offer).to_contain_text("gets a fingerprint too")
    expect(offer.get_by_role("button", name="Look again")).to_be_focused()
    assert colours(after) == 0
    victim.go_to_check()
    expect(page.locator("[data-check-files] li")).to_have_text(["Photo 1", "Photo 2"])
    number = victim.send()
    trimmed = [[c["variant"] == "trimmed" for c in file["claims"]] for file in sent_files(watch)]
    assert [sum(found) for found in trimmed] == [1, 0]
    assert trimmed[0][0] is False
    victim.enter(number)
    expect(page.locator(".journey")).to_have_count(2)


def test_a_screenshot_left_alone_sends_no_trimmed_hash(page: Page, watch: Watch, victim: Victim):
    victim.open_case([a_screenshot()])
    assert "trimmed" not in {claim["variant"] for claim in sent_files(watch)[0]["claims"]}


def test_twenty_files_are_told_to_a_screen_reader_in_a_breath(page: Page, victim: Victim):
    victim.answer_yes()
    region = page.locator("[data-status]")
    expect(region).to_have_attribute("role", "status")
    page.evaluate(_LISTEN)
    victim.choose(videos(20))
    expect(region).to_have_text("20 files are ready.")
    heard = page.evaluate("window.heard")
    assert len(heard) <= 3, heard


def test_a_browser_without_webassembly_is_told_so_and_what_to_do(page: Page):
    page.add_init_script("delete window.WebAssembly")
    page.goto("/en/start")
    page.locator("main .button").click()
    for _ in range(4):
        page.locator('input[value="yes"]').check()
        page.locator('main button[type="submit"]').click()
    title = page.get_by_role("heading", name="This browser cannot make fingerprints")
    expect(title).to_be_visible()
    expect(page.locator("#case")).to_be_hidden()


def test_a_browser_without_simd_or_module_workers_gives_the_same_hashes(
    page: Page, watch: Watch, victim: Victim
):
    page.add_init_script(
        """const real = WebAssembly.validate;
        WebAssembly.validate = (bytes) => bytes.length > 100 && real(bytes);
        const Real = window.Worker;
        window.Worker = function (address, options) {
            if (options?.type === "module") throw new TypeError("no module workers");
            return new Real(address, options);
        };"""
    )
    victim.answer_yes()
    victim.choose([picture("a.png", "PNG", data.coffee)])
    expect(page.locator(".row--ready")).to_have_count(1)
    fetched = {request.url.rpartition("/")[2] for request in watch.requests}
    assert "pdq-scalar.wasm" in fetched
    assert "pdq-simd.wasm" not in fetched
    victim.go_to_check()
    victim.send()
    wanted = reference(as_displayed(picture("a.png", "PNG", data.coffee)["buffer"])).value
    assert sent_files(watch)[0]["claims"][0]["value"] == wanted
