"""Cards, codes and slips, without a customer."""

import sys
from argparse import Namespace
from functools import partial

from kiosk.errands.options import WELL, folder_begun, settings_of
from kiosk.ports import KioskError


def cards_token(options: Namespace) -> int:
    """``kiosk cards token``"""
    from kiosk.cardreader.enrolment import enrol
    from kiosk.keys.keyring import Keyring

    with folder_begun(options) as var:
        key = Keyring.of(settings_of(options), var).card_key().present
        for line in enrol(sys.stdin, key):
            print(line)
    return WELL


def codes_issue(options: Namespace) -> int:
    """``kiosk codes issue``"""
    from kiosk.assembly.visitcodes import Wish, new_code, save_picture
    from kiosk.clock import SystemClock
    from kiosk.keys.keyring import Keyring

    settings = settings_of(options)
    wish = Wish(options.service, options.at, options.hours, options.client, options.language)
    with folder_begun(options) as var:
        key = Keyring.of(settings, var).code_key()
        code = new_code(settings, key, wish, SystemClock().now())
    if options.file:
        save_picture(code, options.file)
    print(code)
    return WELL


def slip_preview(options: Namespace) -> int:
    """``kiosk slip preview FILE``"""
    from kiosk.printer.preview import preview

    picture = preview(
        settings_of(options),
        language=options.language,
        service=options.service,
        priority_class=options.priority_class,
        printer=options.printer,
        tell=partial(print, file=sys.stderr),
    )
    try:
        options.file.write_bytes(picture)
    except OSError as error:
        raise KioskError(f"{options.file}: can't be written: {error.strerror}") from None
    return WELL
