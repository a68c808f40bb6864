"""A whole branch, run as it is installed, and the distribution's Chromium in front of its pages."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk.domain.businessday import business_day
from kiosk.domain.ids import StaffRef
from kiosk.settings.file import load
from kiosk.settings.plan import branch_plan
from tests.support.pastday import live_through
from tests.support.runningbranch import PASSWORD, Client, RunningBranch

SETTINGS = """
[branch]
id = "0755"
name = {{ zh = "科技园支行", en = "Science Park" }}
timezone = "Asia/Shanghai"
languages = ["zh", "en"]

[http]
listen = "127.0.0.1:{http}"
public_listen = "127.0.0.1:{public}"
public_url = "http://127.0.0.1:{public}"

[mqtt]
listen = "127.0.0.1:{mqtt}"

[console]
lock_on_break = false

[visit]
phone = {{ "86" = "3-4-4" }}

[calling]
recalls_minimum = 0
recall_cooldown = 0

[[segment]]
id = "vip"
assets_at_least = 500000
grades = ["gold", "diamond"]
class = "vip"
"""

QUEUES = "".join(
    f"""
[[queue]]
id = "{letter}"
name = {{{{ zh = "{letter}类业务", en = "Business {letter}" }}}}

[[service]]
id = "{letter.lower()}"
name = {{{{ zh = "{letter}类业务", en = "Business {letter}" }}}}
queue = "{letter}"
vip_queue = "V"

[[counter]]
id = "{letter}"
name = {{{{ zh = "{letter}窗口", en = "Window {letter}" }}}}
queues = ["{letter}"]
"""
    for letter in "ABCDEFGHV"
)
"""One queue and one counter for each letter, so that no test takes another's customers."""

DEVICES = """
[[reader]]
id = "swipe"
driver = "magstripe-serial"
port = "sim"

[[reader]]
id = "scanner"
driver = "scanner-evdev"
port = "sim"

[[printer]]
id = "slip"
driver = "escpos-serial"
port = "sim"

[[display]]
id = "touch"
kind = "touch"

[voice]
output = "sim"
languages = ["zh"]
"""


class Branch:
    """The running branch with the people who work in it."""

    def __init__(self, folder: Path) -> None:
        self.running = RunningBranch(folder, DEVICES, SETTINGS + QUEUES)
        self.address = f"http://127.0.0.1:{self.running.http}"
        self._token = ""

    def issue(self, service: str) -> str:
        """A customer takes a number."""
        return str(self.ticket(service)["number"])

    def ticket(self, service: str, language: str = "zh") -> dict[str, Any]:
        """A customer takes a number; all that the door is told of it."""
        if not self._token:
            self._token = self.running.token("door", "terminal")
        with Client(self.running.http, self._token) as door:
            wish = {"service": service, "language": language, "print": False}
            ticket: dict[str, Any] = door.post("/tickets", wish)
            return ticket

    def own_page(self, ticket: Mapping[str, Any]) -> str:
        """Where a customer follows a ticket."""
        return f"http://127.0.0.1:{self.running.public}/t/{ticket['public_code']}"

    def teller(self, name: str) -> Client:
        """Somebody who works at a counter over HTTP."""
        return self.running.teller(name)

    def live_through(self, days_ago: Sequence[int]) -> None:
        """Let it have days behind it, before it is started."""
        running = self.running
        running.var.mkdir()
        plan = branch_plan(load(running.config))
        today = business_day(datetime.now(UTC), plan.zone, plan.day_starts)
        tellers = {counter: StaffRef(f"teller-{counter}") for counter in plan.counters}
        days = [today - timedelta(days=ago) for ago in days_ago]
        live_through(running.var / "log.db", plan, days, tellers)

    def manager(self, name: str) -> Client:
        """A lobby manager over HTTP."""
        return self.running.client(self.running.session(name, "lobby-manager"))

    def sign_in(
        self, page: Page, name: str, following: str, role: str = "teller", *, new: bool = True
    ) -> None:
        """Sign somebody in, a new teller unless told, and go to a page."""
        if new:
            self.running.kiosk(
                "user", "add", name, "--role", role, "--password-stdin", text=PASSWORD
            )
        page.goto(f"{self.address}/login?next={following}")
        page.get_by_label("User name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.address}{following}")


@pytest.fixture(scope="session")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    branch = Branch(tmp_path_factory.mktemp("branch"))
    branch.live_through(days_ago=[8, 1])
    with branch.running:
        yield branch


@pytest.fixture(scope="session")
def usher_token(branch: Branch) -> str:
    return branch.running.session("usher", "lobby-manager")


@pytest.fixture
def usher(branch: Branch, usher_token: str) -> Iterator[Client]:
    """A lobby manager."""
    with branch.running.client(usher_token) as usher:
        yield usher


@pytest.fixture
def nobody_waits(usher: Client) -> None:
    """Customers whom other tests have left in the hall are sent home."""
    usher.post("/hall/clear", {"reason": "closing"})


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Chromium as the distribution has it, quiet towards the world."""
    return {
        "executable_path": "/usr/bin/chromium",
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "en-GB", "viewport": {"width": 1366, "height": 768}}


@pytest.fixture
def quiet(page: Page) -> Iterator[None]:
    """Nothing was refused by the policy on content, and no script failed."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if "Policy" in line.text else None)
    yield
    assert said == []


expect.set_options(timeout=30_000)
