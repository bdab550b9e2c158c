"""What proof of work costs a browser: `python -m ncii.dev.bench work`.

Chromium slows its main thread by the factor that its developer tools call 4x or 6x ("mid-tier" and
"low-end" phones). The script is the one that the page's worker runs, on that thread.
"""

import secrets
import statistics
from pathlib import Path

from playwright.sync_api import sync_playwright

from cases.work import BITS, FEWEST, MOST
from ncii.dev import tools
from ncii.tests.fixtures import CHROMIUM_ARGUMENTS

SCRIPT = Path(__file__).parent.parent / "static" / "cases" / "work-worker.js"
RUNS = 20
TIMED = """({ seed, puzzles, bits }) => {
  const began = performance.now();
  for (let puzzle = 0; puzzle < puzzles; puzzle += 1) solve(seed, puzzle, bits);
  return performance.now() - began;
}"""


def main() -> None:
    """Print milliseconds, for the least and the most that is ever asked."""
    with sync_playwright() as playwright:
        path = str(tools.find("chromium"))
        chromium = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        page = chromium.new_page()
        page.add_script_tag(content=SCRIPT.read_text())
        session = page.context.new_cdp_session(page)
        for rate in (1, 4, 6):
            session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            for puzzles in (FEWEST, MOST):
                work = {"puzzles": puzzles, "bits": BITS}
                took = sorted(
                    page.evaluate(TIMED, work | {"seed": secrets.token_hex(32)})
                    for _ in range(RUNS)
                )
                print(
                    f"CPU {rate}x slower, {puzzles} puzzles: median {statistics.median(took):.0f} ms, "
                    f"slowest of {RUNS} {took[-1]:.0f} ms",
                    flush=True,
                )
        chromium.close()


if __name__ == "__main__":
    main()
