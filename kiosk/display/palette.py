"""The colours of the screens: paper, ink and one accent. Every pair used has a contrast of 7:1."""

Colour = tuple[int, int, int]

PAPER: Colour = (244, 246, 249)
CARD: Colour = (255, 255, 255)
LINE: Colour = (214, 220, 229)
INK: Colour = (17, 28, 45)
QUIET: Colour = (62, 74, 92)
DISABLED: Colour = (232, 236, 241)
ACCENT: Colour = (9, 66, 98)
ACCENT_PALE: Colour = (224, 237, 244)
ACCENT_DEEP: Colour = (6, 48, 72)
ON_ACCENT: Colour = (255, 255, 255)
ON_ACCENT_QUIET: Colour = (208, 226, 236)
NOTICE: Colour = (255, 240, 204)
ON_NOTICE: Colour = (84, 52, 0)

NIGHT: Colour = (8, 22, 36)
NIGHT_CARD: Colour = (20, 40, 60)
NIGHT_LINE: Colour = (44, 68, 92)
ON_NIGHT: Colour = (255, 255, 255)
ON_NIGHT_QUIET: Colour = (190, 206, 220)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, 1.4.6 asks for 7)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
