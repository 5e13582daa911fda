"""What every browser test asks of a page: accessible, no wider than the screen, nothing refused by the CSP."""

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

# A button that is just changing its colour has, for a moment, too little contrast. Ended, not waited for:
# in a window behind another nothing is drawn, and a transition there never comes to its end.
END_TRANSITIONS = """document.getAnimations()
    .filter(each => each instanceof CSSTransition).forEach(each => each.finish())"""


def problems(page) -> list[str]:
    """axe's findings, and what sticks out of the screen, as short texts."""
    page.evaluate(END_TRANSITIONS)
    found = [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in Axe().run(page).response["violations"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"{wide} px too wide"] if wide > 0 else [])


@pytest.fixture
def complaints(page):
    """What the browser says against the page: CSP violations, script errors."""
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def sizes_of(page, url: str) -> dict[str, int]:
    """Address → bytes as sent (text compressed, fonts as they are) of all that a fresh page loads.

    By address: the test server sends no cache headers, so Chromium asks for the favicon's sprite twice.
    """
    responses = []
    page.on("response", lambda response: responses.append(response))
    page.goto(url, wait_until="networkidle")
    sizes = {}
    for response in responses:
        body = response.body()
        sizes[response.url] = len(body if response.url.endswith(".woff2") else gzip.compress(body))
    return sizes


def sign_in(page, live_server, client, user) -> None:
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
