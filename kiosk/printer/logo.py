"""The bank's logo: a black-and-white PNG at the head of every slip."""

from pathlib import Path

from kiosk.ports import KioskError
from kiosk.printer.layout import Picture
from kiosk.printer.profile import DOTS_PER_MM

HIGHEST = 30 * DOTS_PER_MM
"""Dots: 30 mm of paper."""


class LogoFault(KioskError):
    """A picture that can't be printed. Its text says why and what to do."""


def read_logo(file: Path, dots: int) -> Picture:
    """The logo for paper of ``dots`` dots. Blocks. Raises LogoFault."""
    from PIL import Image, ImageChops, UnidentifiedImageError

    try:
        with Image.open(file, formats=["PNG"]) as image:
            _check(file, image.size, dots)
            if image.mode != "1" and not (image.mode == "P" and image.getcolors(2)):
                raise LogoFault(
                    f"{file}: has more than black and white; save it with one bit a dot"
                )
            paper = Image.new("RGBA", image.size, "white")
            paper.alpha_composite(image.convert("RGBA"))
    except FileNotFoundError:
        raise LogoFault(f"{file}: there is no such file") from None
    except UnidentifiedImageError:
        raise LogoFault(f"{file}: is no PNG picture") from None
    except OSError as error:
        raise LogoFault(f"{file}: can't be read: {error.strerror or error}") from None
    except (SyntaxError, ValueError) as error:  # what Pillow says of a damaged PNG
        raise LogoFault(f"{file}: is damaged: {error}") from None
    ink = ImageChops.invert(paper.convert("L")).point([0] * 128 + [255] * 128, "1")
    return Picture(ink.width, ink.height, ink.tobytes())


def _check(file: Path, size: tuple[int, int], dots: int) -> None:
    width, height = size
    if width > dots:
        raise LogoFault(f"{file}: is {width} dots wide and the paper {dots}; make it smaller")
    if height > HIGHEST:
        raise LogoFault(f"{file}: is {height} dots high; {HIGHEST} is the most; make it smaller")
