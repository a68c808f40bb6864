"""What the commands about clients do, while the branch runs and when it doesn't."""

from argparse import Namespace

from kiosk.errands.options import WELL


def client_erase(options: Namespace) -> int:
    """``kiosk client erase REFERENCE``: prints what was erased, as proof"""
    from kiosk.clients.erasure import erase
    from kiosk.domain.ids import ClientRef
    from kiosk.errands.accounts import by_command
    from kiosk.shapes.writing import instant

    erasure = erase(options.var / "clients.db", ClientRef(options.reference), by_command())
    print(f"client {erasure.client} was erased at {instant(erasure.at)} by {erasure.by.user}")
    print(f"cards {erasure.cards}, phones {erasure.phones}, documents {erasure.documents}")
    print("no byte of them is left in clients.db, its write-ahead log and copies beside it")
    print(f"erasure {erasure.number} goes into the log as client.erased: kiosk log audit")
    print("backups that were made before still have the client: delete them")
    return WELL
