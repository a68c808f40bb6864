"""The colours of the screens. Every pair used has a contrast of 7:1, of the strong ones 12:1."""

from dataclasses import dataclass

Colour = tuple[int, int, int]

PAPER: Colour = (244, 246, 249)
CARD: Colour = (255, 255, 255)
LINE: Colour = (214, 220, 229)
INK: Colour = (17, 28, 45)
QUIET: Colour = (62, 74, 92)
DISABLED: Colour = (232, 236, 241)
ACCENT: Colour = (9, 66, 98)
ACCENT_PALE: Colour = (224, 237, 244)
ON_ACCENT: Colour = (255, 255, 255)
ON_ACCENT_QUIET: Colour = (208, 226, 236)
NOTICE: Colour = (255, 240, 204)
ON_NOTICE: Colour = (84, 52, 0)

NIGHT: Colour = (8, 22, 36)
NIGHT_CARD: Colour = (20, 40, 60)
NIGHT_LINE: Colour = (44, 68, 92)
ON_NIGHT: Colour = (255, 255, 255)
ON_NIGHT_QUIET: Colour = (190, 206, 220)

BLACK: Colour = (0, 0, 0)
GREY: Colour = (40, 40, 40)
WHITE: Colour = (255, 255, 255)
YELLOW: Colour = (255, 221, 0)


@dataclass(frozen=True, slots=True)
class Inks:
    """What a touch screen is drawn in. ``on_…`` stands on that, everything else on paper or cards."""

    paper: Colour
    card: Colour
    line: Colour
    ink: Colour
    quiet: Colour
    link: Colour
    """What can be chosen besides the services."""
    disabled: Colour
    hero: Colour
    """The upper part, which speaks."""
    on_hero: Colour
    on_hero_quiet: Colour
    primary: Colour
    on_primary: Colour
    pale: Colour
    on_pale: Colour
    notice: Colour
    on_notice: Colour


USUAL = Inks(
    paper=PAPER,
    card=CARD,
    line=LINE,
    ink=INK,
    quiet=QUIET,
    link=ACCENT,
    disabled=DISABLED,
    hero=ACCENT,
    on_hero=ON_ACCENT,
    on_hero_quiet=ON_ACCENT_QUIET,
    primary=ACCENT,
    on_primary=ON_ACCENT,
    pale=ACCENT_PALE,
    on_pale=ACCENT,
    notice=NOTICE,
    on_notice=ON_NOTICE,
)

STRONG = Inks(
    paper=BLACK,
    card=BLACK,
    line=WHITE,
    ink=WHITE,
    quiet=WHITE,
    link=YELLOW,
    disabled=GREY,
    hero=BLACK,
    on_hero=WHITE,
    on_hero_quiet=WHITE,
    primary=YELLOW,
    on_primary=BLACK,
    pale=BLACK,
    on_pale=YELLOW,
    notice=YELLOW,
    on_notice=BLACK,
)
"""Light on dark: a bright surface blinds weak eyes."""
