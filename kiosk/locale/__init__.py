"""What the machine says, in the language of whoever reads or hears it.

Message ids are English sentences with ``{named}`` placeholders. Catalogues lie beside this file as
``<language>/LC_MESSAGES/kiosk.po`` and are compiled by ``scripts/catalogues``; how calls are spoken
stands in ``<language>/voice.toml``.
"""

import gettext
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from kiosk.domain.ids import Language

SOURCE = Language("en")
"""The language of the message ids."""

_FOLDER = Path(__file__).parent


def say(language: str, message: str, /, **values: object) -> str:
    """The message in that language, placeholders filled; in English when there is no catalogue for it."""
    return _catalogue(language).gettext(message).format(**values)


def say_count(language: str, one: str, many: str, count: int, /, **values: object) -> str:
    """Like :func:`say` for a message that depends on ``{count}``."""
    return _catalogue(language).ngettext(one, many, count).format(count=count, **values)


@cache  # each screen asks several times, and it is a walk through the catalogues' folders
def complete_languages() -> frozenset[str]:
    """The languages that every screen and slip can be had in."""
    return frozenset({SOURCE} | {path.parts[-3] for path in _FOLDER.glob("*/LC_MESSAGES/kiosk.po")})


def voice_words(language: str) -> dict[str, Any]:
    """How calls are spoken in that language: its ``voice.toml``. KeyError when it has none."""
    file = _FOLDER / language / "voice.toml"
    if not file.exists():
        raise KeyError(language)
    return tomllib.loads(file.read_text(encoding="utf-8"))


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("kiosk", _FOLDER, [language], fallback=True)
