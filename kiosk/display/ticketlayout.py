"""The number in its place, and what becomes of its slip."""

from kiosk.display.scene import Align, Code, Icon, Label, Panel, Rect
from kiosk.display.sheet import INNER, MARGIN, Sheet

BUTTONS = Rect(MARGIN, 1636, INNER, 150)


def lay_ticket(sheet: Sheet) -> None:
    """The number above, paper and phone below."""
    screen, inks = sheet.screen, sheet.inks
    sheet.hero(956)
    sheet.speak(Rect(MARGIN, 128, INNER, 96), screen["title"], 56, quiet=True)
    number = Rect(MARGIN, 230, INNER, 390)
    sheet.put(Label(number, screen["ticket"], 330, inks.on_hero, inks.hero, True, one_line=True))
    sheet.speak(Rect(MARGIN, 630, INNER, 112), screen["service"], 68, bold=True)
    if screen["countdown"]:
        _countdown(sheet, Rect(MARGIN, 760, INNER, 156))
    elif screen["ahead"]:
        sheet.speak(Rect(MARGIN, 748, INNER, 84), screen["ahead"], 52)
    if screen["wait"] and not screen["countdown"]:
        sheet.speak(Rect(MARGIN, 838, INNER, 84), screen["wait"], 46, quiet=True)
    if screen["follow"]:
        _slip(sheet, Rect(MARGIN, 990, INNER, 220))
        _follow(sheet, Rect(MARGIN, 1234, INNER, 370))
    else:
        _slip(sheet, Rect(MARGIN, 1140, INNER, 300))
    sheet.row(sheet.styled("quiet", "primary"), BUTTONS, 60)


def _countdown(sheet: Sheet, place: Rect) -> None:
    """In the place of the wait: the number stays to be read to the last second."""
    left, inks = sheet.screen["countdown"], sheet.inks
    on = (inks.on_notice, inks.notice)
    sheet.put(Panel(place, inks.notice, radius=28))
    words = Rect(place.x + 32, place.y + 8, place.width - 220, place.height - 16)
    sheet.put(Label(words, left["text"], sheet.size(56), *on, bold=True))
    seconds = Rect(words.right + 16, words.y, 140, words.height)
    sheet.put(Label(seconds, str(left["seconds"]), 100, *on, bold=True, one_line=True))


def _slip(sheet: Sheet, card: Rect) -> None:
    slip, inks = sheet.screen["slip"], sheet.inks
    urgent = slip["icon"] == "eye"
    on = (inks.on_notice, inks.notice) if urgent else (inks.ink, inks.card)
    sheet.put(Panel(card, on[1], 28, None if urgent else inks.line))
    sheet.put(Icon(Rect(card.x + 48, card.y + card.height // 2 - 70, 140, 140), slip["icon"], *on))
    words = Rect(card.x + 232, card.y + 20, card.width - 272, card.height - 40)
    sheet.put(Label(words, slip["text"], sheet.size(56), *on, bold=True, align=Align.LEFT))


def _follow(sheet: Sheet, card: Rect) -> None:
    follow, inks = sheet.screen["follow"], sheet.inks
    sheet.put(Panel(card, inks.card, 28, inks.line))
    sheet.put(Code(Rect(card.x + 40, card.y + 25, 320, 320), follow["address"]))
    words = Rect(card.x + 400, card.y + 30, card.width - 430, card.height - 60)
    sheet.put(Label(words, follow["text"], sheet.size(48), inks.ink, inks.card, align=Align.LEFT))
