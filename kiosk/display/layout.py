"""Screens in their places: finished screen → scene. Touch screens have 1080 by 1920 pixels."""

from typing import Any

from kiosk.display.boardlayout import board_scene
from kiosk.display.phonelayout import lay_phone
from kiosk.display.scene import Rect, Scene
from kiosk.display.servicelayout import lay_services
from kiosk.display.sheet import BOTTOM, HEIGHT, INNER, LOW_REACH, MARGIN, WIDTH, Sheet, grid
from kiosk.display.ticketlayout import lay_ticket

Json = dict[str, Any]


def scene(screen: Json, page: int = 0) -> Scene:
    """Everything on the screen in its place. ``page`` turns the pages of a board."""
    if screen["kind"] == "board":
        return board_scene(screen, page)
    sheet = Sheet(screen)
    match screen["kind"]:
        case "idle":
            _idle(sheet)
        case "wait":
            _wait(sheet)
        case "phone":
            lay_phone(sheet)
        case "services":
            lay_services(sheet)
        case "ticket":
            lay_ticket(sheet)
        case "lost":
            _lost(sheet)
    sheet.bottom()
    return sheet.scene()


def _idle(sheet: Sheet) -> None:
    """A welcome in two languages; the buttons are low enough for everybody."""
    sheet.hero(1000)
    if not sheet.notice(Rect(MARGIN, 180, INNER, 220)):
        sheet.sign(Rect(WIDTH // 2 - 130, 150, 260, 260), sheet.screen["icon"])
    first, *others = sheet.screen["welcome"]
    sheet.speak(Rect(MARGIN, 440, INNER, 140), first["title"], 104, bold=True)
    sheet.speak(Rect(MARGIN, 590, INNER, 124), first["text"], 48)
    for other in others:
        sheet.speak(Rect(MARGIN, 744, INNER, 84), other["title"], 52, quiet=True, bold=True)
        sheet.speak(Rect(MARGIN, 836, INNER, 124), other["text"], 40, quiet=True)
    languages, phone = sheet.styled("language"), sheet.styled("phone")
    bottom = 1572 if phone else BOTTOM.y - 24
    area = Rect(MARGIN, LOW_REACH, INNER, bottom - LOW_REACH)
    columns = 1 if len(languages) == 1 else 2
    for button, place in zip(languages, grid(area, len(languages), columns, 230), strict=True):
        sheet.button(button, place, 64)
    sheet.row(phone, Rect(MARGIN, bottom + 24, INNER, 188), 54)


def _wait(sheet: Sheet) -> None:
    sheet.hero(HEIGHT - 140)
    sheet.sign(Rect(WIDTH // 2 - 130, 560, 260, 260), "wait")
    sheet.speak(Rect(MARGIN, 880, INNER, 150), sheet.screen["title"], 92, bold=True)
    sheet.speak(Rect(MARGIN, 1050, INNER, 190), sheet.screen["text"], 52, quiet=True)


def _lost(sheet: Sheet) -> None:
    sheet.hero(HEIGHT)
    sheet.sign(Rect(WIDTH // 2 - 130, 480, 260, 260), "wait")
    for nth, title in enumerate(sheet.screen["title"]):
        place = Rect(MARGIN, 800 + 130 * nth, INNER, 120)
        sheet.speak(place, title, 92 - 24 * nth, bold=True, quiet=nth > 0)
    for nth, text in enumerate(sheet.screen["text"]):
        place = Rect(MARGIN, 1120 + 100 * nth, INNER, 90)
        sheet.speak(place, text, 56 - 12 * nth, quiet=nth > 0)
