"""What the machine at hand can do."""

import compileall
import sys
from argparse import Namespace

import kiosk
from kiosk.errands.options import WRONG_USAGE


def bench(options: Namespace) -> int:
    """``kiosk bench [NAME…]``"""
    if "waiting" in options.names:
        return _bench_waiting(options)
    from kiosk.bench.command import measure
    from kiosk.controller import collect_seldom
    from kiosk.main import branch

    # As an installation is and as the controller runs: what starts from source, or looks for circles
    # after each 700 objects, is another product.
    for folder in kiosk.__path__:
        compileall.compile_dir(folder, quiet=2)
    collect_seldom()
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
