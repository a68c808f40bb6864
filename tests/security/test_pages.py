"""Every page, as each member of staff finds it: nothing in it needs the policy loosened."""

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kiosk.domain.role import STAFF_ROLES, Role
from tests.security.knocking import Hall, Knock, bearer, open_hall

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
START = (
    "/",
    "/login",
    "/board",
    "/bench",
    "/admin",
    "/reports",
    "/audit",
    "/counter/1",
    "/nothing",
)
REMOTE = re.compile(r"^(https?:)?//|^javascript:|^data:text", re.IGNORECASE)


class Inspector(HTMLParser):
    """Finds where a page leads to, and what a strict policy would forbid."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.made_of: set[str] = set()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.faults.append(f"<{tag}>")
        for name, value in given.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.faults.append(f"{tag} {name}")
            if name in ("href", "src", "action") and REMOTE.match(value or ""):
                self.faults.append(f"{tag} {name}={value}")
        if tag == "a" and given.get("href"):
            self.links.add(str(given["href"]))
        if tag in ("script", "link", "img") and (source := given.get("src") or given.get("href")):
            self.made_of.add(source)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("role", [None, *sorted(STAFF_ROLES)])
async def test_no_page_needs_anything_but_files_of_this_machine(
    hall: Hall, role: Role | None
) -> None:
    headers = bearer(hall.token(role)) if role else {}
    to_see, seen, files = set(START), set[str](), set[str]()
    while to_see:
        path = to_see.pop()
        seen.add(path)
        answer = await hall.ask(Knock("", "GET", path), headers)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        assert set(answer.headers["content-security-policy"].split("; ")) >= POLICY, path
        assert "unsafe" not in answer.headers["content-security-policy"]
        for name, value in EXPECTED.items():
            assert answer.headers[name] == value, (path, name)
        inspector = Inspector()
        inspector.feed(answer.body.decode())
        assert inspector.faults == [], path
        files |= inspector.made_of
        to_see |= {link for link in inspector.links if link.startswith("/")} - seen
        to_see = {link for link in to_see if "language=" not in link}
    assert len(seen) >= len(START)
    assert files
    for file in files:
        answer = await hall.ask(Knock("", "GET", file), headers)
        assert answer.status == 200, file
        assert answer.headers["x-content-type-options"] == "nosniff"


EXPECTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
