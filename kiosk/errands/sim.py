"""What each ``kiosk sim`` command does. Imports are local, as in :mod:`kiosk.errands`."""

from argparse import Namespace


def sim_day(options: Namespace) -> int:
    """``kiosk sim day SCENARIO``"""
    from kiosk.sim.command import simulate_day

    return simulate_day(options.scenario, options.number)


def sim_soak(options: Namespace) -> int:
    """``kiosk sim soak [SCENARIO]``; 1 when something grew or went wrong."""
    from kiosk.soak.command import soak

    return soak(options.scenario, options.minutes, options.pace, as_json=options.json)
