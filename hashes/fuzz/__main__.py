"""Hash mutated files in real Chromium; nothing may crash, hang, or answer with an unknown word."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Error, FilePayload, Page, sync_playwright

from hashes.fuzz.mutate import mutated
from hashes.tests.serving import HashingServer
from hashes.tests.test_browser_formats import FORMATS
from ncii.dev import tools
from ncii.tests.fixtures import CHROMIUM_ARGUMENTS

BATCH = 50
SECONDS_PER_BATCH = 300
CODES = {"empty", "unsupported", "damaged", "truncated", "too-big", "too-plain"}

_HASH = """async (seconds) => {
  const { Hasher } = await import("/hashes/hasher.js");
  const hasher = (window.hasher ??= new Hasher());
  const files = [...document.querySelector("input").files];
  return Promise.all(files.map(async (file) => {
    const signal = AbortSignal.timeout(seconds * 1000);
    return hasher.hash(file, { signal }).then((result) => result.kind, (error) => `${error.code}`);
  }));
}"""


def originals(wanted: list[str]) -> Iterator[tuple[str, list[bytes]]]:
    """The samples of each format, or of those wanted."""
    for format, samples in FORMATS.items():
        if not wanted or format in wanted:
            yield format, [sample.content for sample in samples()]


def hash_batch(page: Page, files: list[bytes]) -> list[str]:
    payloads: list[FilePayload] = [
        {"name": str(index), "mimeType": "", "buffer": content}
        for index, content in enumerate(files)
    ]
    page.set_input_files("input", payloads)
    told: list[str] = page.evaluate(_HASH, SECONDS_PER_BATCH)
    return told


def fuzz(page: Page, contents: list[bytes], count: int) -> tuple[Counter[str], list[str]]:
    """How often each answer was given, and what went wrong, by seed."""
    answers: Counter[str] = Counter()
    wrong = []
    for start in range(0, count, BATCH):
        seeds = range(start, min(count, start + BATCH))
        told = hash_batch(page, [mutated(contents[seed % len(contents)], seed) for seed in seeds])
        answers.update(told)
        for seed, answer in zip(seeds, told, strict=True):
            if answer not in CODES | {"photo", "video"}:
                wrong.append(f"seed {seed}: {answer}")
    return answers, wrong


def main(arguments: list[str]) -> int:
    """Print a line per format; 1 if anything went wrong."""
    count = int(arguments[0]) if arguments else 1000
    server = HashingServer()
    server.start()
    failed = False
    with sync_playwright() as playwright:
        chromium: dict[str, Any] = {"executable_path": str(tools.find("chromium"))}
        browser = playwright.chromium.launch(args=list(CHROMIUM_ARGUMENTS), **chromium)
        for format, contents in originals(arguments[1:]):
            page = browser.new_page()
            page.goto(server.url)
            try:
                answers, wrong = fuzz(page, contents, count)
            except Error as error:
                answers, wrong = Counter(), [f"the page died: {error}"]
            page.close()
            failed = failed or bool(wrong)
            told = ", ".join(f"{answer} {number}" for answer, number in answers.most_common())
            sys.stdout.write(f"{format}: {told}{'; WRONG ' if wrong else ''}{'; '.join(wrong)}\n")
            sys.stdout.flush()
        browser.close()
    server.stop()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
