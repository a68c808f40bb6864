"""Draws the reference pictures anew: ``python -m tests.display.regenerate``. Look at them."""

import io
from pathlib import Path

from PIL import Image

from kiosk.display.picture import picture
from tests.display.examples import EN, ZH, Json, everything, made_accessible

DRAWN_OTHERWISE = (
    "services.ru.large",
    "services-crowded.cs.low",
    "services-warning.zh.both",
    "phone-complete.ru.both",
    "ticket-printed.cs.large",
)

FOLDER = Path(__file__).parent / "reference"

SCALE = 0.5

DRAWN = (
    "idle",
    "idle-phone",
    "phone-typing",
    "idle-impaired",
    "idle-out-of-order",
    "services",
    "services-warning",
    "services-instead",
    "ticket-printed",
    "ticket-no-paper",
    "board-3",
    "board-7",
    "board-outage",
)


def references() -> dict[str, Json]:
    """The screens that have a reference picture, by its name: in the two first languages."""
    pairs = [(name.split("."), shown) for name, shown in everything().items()]
    usual = {
        f"{kind}.{language}": shown
        for (kind, language), shown in pairs
        if kind in DRAWN and language in (ZH, EN)
    }
    return usual | {name: made_accessible()[name] for name in DRAWN_OTHERWISE}


def drawn(screen: Json) -> Image.Image:
    """A screen as the product draws it, half as large."""
    with Image.open(io.BytesIO(picture(screen, SCALE))) as image:
        return image.convert("RGB")


def main() -> None:
    """Write them all, with 64 colours each so that they stay small."""
    FOLDER.mkdir(exist_ok=True)
    for name, screen in references().items():
        drawn(screen).quantize(64).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
