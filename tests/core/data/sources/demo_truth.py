"""The exact base rates of the demo, to hold its rows and the audit against."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

from core.data.groups import CROSS
from core.data.sources import demo


@dataclass(frozen=True)
class DemoTruth:
    """The exact rates of the demo's distribution.

    Args:
        observed: P(approved = yes) by attribute (``sex``, ``origin``, ``sex × origin``) and group.
        fair: P(fair label = 1), likewise.
    """

    observed: dict[str, dict[str, float]]
    fair: dict[str, dict[str, float]]

    def dpd(self, attribute: str = "sex", label: str = "observed") -> float:
        """Demographic parity difference: largest minus smallest rate over the groups of ``attribute``."""
        rates = self._rates(attribute, label)
        return max(rates) - min(rates)

    def dpr(self, attribute: str = "sex", label: str = "observed") -> float:
        """Demographic parity ratio: smallest over largest rate."""
        rates = self._rates(attribute, label)
        return min(rates) / max(rates)

    def _rates(self, attribute: str, label: str) -> list[float]:
        return list({"observed": self.observed, "fair": self.fair}[label][attribute].values())


def demo_truth() -> DemoTruth:
    """Return the base rates of the observed and the fair label by group, exact to 1e-12.

    >>> truth = demo_truth()
    >>> 0.15 < truth.dpd("sex") < 0.25, truth.dpd("sex", "fair") < truth.dpd("sex")
    (True, True)
    """
    fair = {one: _fair_rate(one) for one in demo.SEXES}
    kept = {
        (s, o): (1 - demo.WITHDRAWN_BY_SEX[s]) * (1 - demo.WITHDRAWN_BY_ORIGIN[o])
        for s, o in product(demo.SEXES, demo.ORIGINS)
    }
    observed = {(s, o): fair[s] * kept[s, o] for s, o in kept}
    # Sex and origin are independent, so the share of a group is the product of the two shares.
    return DemoTruth(
        observed={
            "sex": {s: sum(share * observed[s, o] for o, share in demo.ORIGINS.items()) for s in demo.SEXES},
            "origin": {o: sum(share * observed[s, o] for s, share in demo.SEXES.items()) for o in demo.ORIGINS},
            f"sex{CROSS}origin": {s + CROSS + o: rate for (s, o), rate in observed.items()},
        },
        fair={
            "sex": fair,
            "origin": {o: sum(share * fair[s] for s, share in demo.SEXES.items()) for o in demo.ORIGINS},
            f"sex{CROSS}origin": {s + CROSS + o: fair[s] for s, o in kept},
        },
    )


def _fair_rate(sex: str) -> float:
    """Return P(merit > 0 | sex), a sum over age and part_time of normal probabilities."""
    spread = math.sqrt((1 + demo._INCOME * demo._SKILL) ** 2 + (demo._INCOME * demo._NOISE) ** 2 + demo._MERIT_NOISE**2)
    rate = 0.0
    for age, share in zip(*demo.ages(), strict=True):
        for part, chance in ((0, 1 - demo.PART_TIME[sex]), (1, demo.PART_TIME[sex])):
            mean = demo._OFFSET + demo._INCOME * (demo._AGE * (float(age) - 42) - demo._PART * part)
            rate += float(share) * chance * 0.5 * math.erfc(-mean / spread / math.sqrt(2))
    return rate
