"""What every page of a walk must be, and waiting without sleeping blindly."""

import time

from axe_playwright_python.sync_playwright import Axe


def check_page(page) -> None:
    """The page answered, has one h1, breaks no WCAG rule that axe knows, and fits its window."""
    assert page.locator("h1").count() == 1, page.url
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not too_wide, f"{page.url} scrolls sideways"


def wait_for(condition, what: str, seconds: float = 30):
    """Poll until ``condition()`` answers something true; answers it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s in vain for {what}")
