"""The one document that the public listener serves, in every language and state.

Style and script stand in it and are let in by their digests: there is nothing else to load.
"""

import base64
import hashlib
from datetime import datetime

from markupsafe import Markup

from kiosk.display.buttons import ENDONYMS
from kiosk.domain.branchplan import BranchPlan
from kiosk.flow.state import named
from kiosk.web.pages.languages import page_languages
from kiosk.web.pages.templates import FOLDER, draw

ASK_AGAIN = 5
"""Seconds after which a page asks what is new; without scripts it takes twice as long."""


class Document:
    """Draws it around the part that changes."""

    def __init__(self, plan: BranchPlan) -> None:
        self._plan = plan
        self._languages = [(one, ENDONYMS.get(one, one)) for one in page_languages(plan.languages)]
        self._style = _file("ownpage.css")
        self._script = _file("ownpage.js")

    @property
    def policy(self) -> str:
        """The content security policy under which it works."""
        return (
            f"default-src 'none'; style-src '{_digest(self._style)}';"
            f" script-src '{_digest(self._script)}'; connect-src 'self'; img-src data:;"
            " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )

    def draw(
        self,
        language: str,
        part: str,
        *,
        title: str,
        at: datetime,
        tag: str = "",
        lasting: bool = False,
        onward: str | None = None,
    ) -> str:
        """The whole page. ``lasting``: nothing will change on it; ``onward``: it leads there."""
        return draw(
            "public/ownpage.html",
            language,
            part=part,
            title=title,
            at=at.astimezone(self._plan.zone),
            tag=tag,
            lasting=lasting,
            onward=onward,
            branch=named(self._plan.names, language),
            languages=self._languages,
            ask_again=ASK_AGAIN,
            style=Markup(self._style),  # noqa: S704 - files of ours
            script=Markup(self._script),  # noqa: S704
        )


def _file(name: str) -> str:
    return (FOLDER / "public" / name).read_text("utf-8")


def _digest(text: str) -> str:
    """As a source of CSP (level 3, 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
