"""A page opened as a slow phone on a slow line would: what it weighs, and when something is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page

# WebPageTest's profile "3G": 1.6 Mbit/s down, 768 kbit/s up, 300 ms there and back.
DOWN_BYTES, UP_BYTES, LATENCY_MS = 1_600_000 / 8, 768_000 / 8, 300
CPU_SLOWDOWN = 4
_OBSERVE = """
window.__seen = {lcp: 0, cls: 0};
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.__seen.lcp = entry.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__seen.cls += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
_PAINT = """() => ({...window.__seen,
    fcp: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0})"""


@dataclass(frozen=True)
class Opening:
    """How a page opened. `kilobytes` as they came over the line; times in ms; `cls` without unit."""

    kilobytes: float
    fcp: float
    lcp: float
    cls: float


def open_cold(context: BrowserContext, url: str, *, slow: bool = False) -> tuple[Page, Opening]:
    """Open the address with an empty cache; `slow`: on the slow phone. Waits until all is quiet."""
    page = context.new_page()
    page.add_init_script(_OBSERVE)
    devtools = context.new_cdp_session(page)
    sizes: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    if slow:
        line = {
            "latency": LATENCY_MS,
            "downloadThroughput": DOWN_BYTES,
            "uploadThroughput": UP_BYTES,
        }
        devtools.send("Network.emulateNetworkConditions", {"offline": False, **line})
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    page.goto(url, wait_until="networkidle")
    seen: dict[str, Any] = page.evaluate(_PAINT)
    return page, Opening(sum(sizes) / 1000, seen["fcp"], seen["lcp"], seen["cls"])
