"""What the machine at hand can do."""

import sys
from argparse import Namespace

from kiosk.errands.options import WRONG_USAGE


def bench(options: Namespace) -> int:
    """``kiosk bench [NAME…]``"""
    if "waiting" in options.names:
        return _bench_waiting(options)
    from kiosk.bench.command import measure
    from kiosk.main import branch

    return measure(
        options.names,
        branch,
        as_json=options.json,
        short=options.short,
        tickets=options.tickets,
    )


def _bench_waiting(options: Namespace) -> int:
    """Takes minutes and no branch: it is measured by itself."""
    from kiosk.bench.waiting import measure_waiting
    from kiosk.sim.study import Study

    if options.names != ["waiting"]:
        print("kiosk bench: waiting takes minutes; ask for it alone", file=sys.stderr)
        return WRONG_USAGE
    study = (
        Study.of(options.scenario, days=2, learning=1)
        if options.short
        else Study.of(options.scenario, options.days)
    )
    return measure_waiting(study, as_json=options.json)
