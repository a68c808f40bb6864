"""Service times as a log-normal distribution says them: evenly spread samples instead of random ones."""

from functools import lru_cache
from math import exp, log, sqrt
from statistics import NormalDist

from kiosk.domain.experience import ServiceTime

SAMPLES_OF_MEAN = 40
_NORMAL = NormalDist()


def rounded(time: ServiceTime) -> float:
    """The variation to the hundredth, so that few different tables are made."""
    return max(round(time.variation, 2), 0.01)


@lru_cache(maxsize=256)
def equally_likely(variation: float, count: int) -> tuple[float, ...]:
    """So many equally likely service times, in parts of their mean."""
    location, scale = _log_normal(variation)
    parts = ((n + 0.5) / count for n in range(count))
    times = [exp(location + scale * _NORMAL.inv_cdf(part)) for part in parts]
    whole = sum(times) / count
    return tuple(time / whole for time in times)


def times_left(time: ServiceTime, elapsed: float, count: int) -> list[float]:
    """So many equally likely minutes for which a service that has lasted ``elapsed`` goes on."""
    location, scale = _log_normal(rounded(time))
    location += log(time.mean)
    done = _NORMAL.cdf((log(elapsed) - location) / scale) if elapsed > 0 else 0
    done = min(done, 0.9999)
    parts = (done + (1 - done) * (n + 0.5) / count for n in range(count))
    return [max(exp(location + scale * _NORMAL.inv_cdf(part)) - elapsed, 0) for part in parts]


def mean_left(time: ServiceTime, elapsed: float) -> float:
    """The mean of the same."""
    return sum(times_left(time, elapsed, SAMPLES_OF_MEAN)) / SAMPLES_OF_MEAN


def _log_normal(variation: float) -> tuple[float, float]:
    """Of mean 1: location and scale of the logarithm."""
    scale = sqrt(log(1 + variation**2))
    return -(scale**2) / 2, scale
