"""The templates of the pages: values to HTML in the reader's language. Each is compiled once."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.locale import say, say_count
from kiosk.web.pages.verbs import commands

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent.parent / "templates"


def draw(template: str, language: str, **values: object) -> str:
    """The template as HTML, safe to put into another. A missing value is an error."""
    from markupsafe import Markup

    html = _environment().get_template(template).render(language=language, **values)
    return Markup(html)  # noqa: S704 - so that a page takes it as it is; every value in it is escaped


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(say=say, say_count=say_count)
    environment.filters["commands"] = commands
    return environment
