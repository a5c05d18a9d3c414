"""How much noise a privacy guarantee needs, and what each part of it costs.

Two data sets are neighbours if one has one row more. Opacus' accountant (numerical composition of privacy loss random
variables; Gopi, Lee and Wutschitz 2021) adds up two Gaussian mechanisms: all histograms together, once, and training,
on a Poisson sample of the rows in every step (Abadi et al. 2016).
"""

from __future__ import annotations

import importlib.util
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.stats import norm

from core.errors import ConfigError, leave_out
from core.synthesis.settings import PrivacySettings

if TYPE_CHECKING:
    from opacus.accountants import PRVAccountant

MAX_DELTA = 1e-5
EXPECTED_LEAKS = 0.1
"""delta is at most this over the number of rows: a guarantee that fails for one row in 1 / delta would else allow to
publish a few rows as they are."""
THRESHOLD_SHARE = 0.1
"""Share of delta for values that a single row has: the probability that one of them passes the threshold of counts."""
_FIRST_NOISE, _MAX_NOISE = 64.0, 4096.0
_NOISE_STEP = 1e-2


class PrivacyAccount(BaseModel):
    """What is guaranteed for one row, and how.

    Args:
        epsilon: The guarantee holds with this epsilon, histograms and training together.
        delta: And with this delta.
        neighbours: Which data sets are compared.
        rows: Number of train rows, which counts as public.
        histograms: Number of histograms to which a row adds one count each.
        epsilon_histograms: Epsilon of the histograms alone.
        epsilon_training: Epsilon of training alone.
        noise_histograms: Noise multiplier of the histograms: standard deviation over the sensitivity.
        noise_training: Noise multiplier of training: standard deviation over ``clip``.
        count_noise: Standard deviation of the noise of each count, in rows.
        threshold: Noisy counts up to this one are not used.
        delta_threshold: Part of ``delta`` for values that only one row has.
        steps: Steps of training.
        sampling_rate: Probability that a row takes part in a step.
        clip: Maximum norm of what a row adds to a gradient.
        accountant: Name of the accountant.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    epsilon: float
    delta: float
    neighbours: str = "tables that differ by one row, added or removed"
    rows: int
    histograms: int
    epsilon_histograms: float
    epsilon_training: float
    noise_histograms: float
    noise_training: float
    count_noise: float
    threshold: float
    delta_threshold: float
    steps: int = Field(ge=1)
    sampling_rate: float = Field(gt=0, le=1)
    clip: float = Field(gt=0)
    accountant: str


def default_delta(rows: int) -> float:
    """Return the delta of a table with this many rows: 1 / (10 n) or 1e-5, whichever is smaller.

    >>> default_delta(1000), default_delta(50_000)
    (1e-05, 2e-06)
    """
    return min(MAX_DELTA, EXPECTED_LEAKS / rows)


def account_for(settings: PrivacySettings, rows: int, histograms: int) -> PrivacyAccount:
    """Choose the noise with which histograms and training together keep to the settings' epsilon.

    Args:
        settings: Epsilon and the plan of training.
        rows: Number of train rows.
        histograms: Number of histograms.

    Raises:
        ConfigError: Opacus is not installed, or no noise is enough.
    """
    check_installed()
    delta = default_delta(rows)
    composed = (1 - THRESHOLD_SHARE) * delta
    rate = min(settings.batch_size / rows, settings.max_sampling_rate)
    first = _least_noise(lambda noise: [(noise, 1.0, 1)], settings.histogram_share * settings.epsilon, composed)
    counts = (first, 1.0, 1)
    second = _least_noise(lambda noise: [counts, (noise, rate, settings.steps)], settings.epsilon, composed)
    training = (second, rate, settings.steps)
    deviation = first * histograms**0.5
    lost = THRESHOLD_SHARE * delta
    return PrivacyAccount(
        epsilon=epsilon_of([counts, training], composed),
        delta=delta,
        rows=rows,
        histograms=histograms,
        epsilon_histograms=epsilon_of([counts], composed),
        epsilon_training=epsilon_of([training], composed),
        noise_histograms=first,
        noise_training=second,
        count_noise=deviation,
        threshold=1.0 + deviation * float(norm.isf(lost / histograms)),
        delta_threshold=lost,
        steps=settings.steps,
        sampling_rate=rate,
        clip=settings.clip,
        accountant=f"PRVAccountant of opacus {_opacus().__version__}",
    )


Mechanism = tuple[float, float, int]
"""Noise multiplier, sampling rate, number of steps."""


def epsilon_of(mechanisms: list[Mechanism], delta: float) -> float:
    """Return the epsilon of subsampled Gaussian mechanisms that are composed, by opacus' accountant.

    Raises:
        ConfigError: Opacus is not installed.
    """
    return _composed(tuple(mechanisms), delta)


@lru_cache(maxsize=256)  # a run asks before it starts, and again where it learns
def _composed(mechanisms: tuple[Mechanism, ...], delta: float) -> float:
    accountant = _accountant()
    accountant.history = list(mechanisms)
    with warnings.catch_warnings(), np.errstate(divide="ignore"):
        warnings.simplefilter("ignore", UserWarning)  # on orders of the bound that sets the accountant's grid
        return float(accountant.get_epsilon(delta=delta))


def _least_noise(mechanisms: Any, epsilon: float, delta: float) -> float:
    """Return the least noise multiplier, to 1 in 100, with which the mechanisms keep to epsilon.

    The search comes from above: with little noise, the accountant's grid is large and takes half a minute.
    """

    def is_enough(noise: float) -> bool:
        return epsilon_of(mechanisms(noise), delta) <= epsilon

    high = _FIRST_NOISE
    while not is_enough(high):
        high *= 2.0
        if high > _MAX_NOISE:
            raise ConfigError(
                f"No amount of noise gives an epsilon of {epsilon:g} here; give a larger one, such as 1.",
                field="epsilon_dp",
                remedies=[leave_out("epsilon_dp")],
            )
    while is_enough(high / 2.0):
        high /= 2.0
    low = high / 2.0
    while high - low > _NOISE_STEP * high:
        middle = (low + high) / 2.0
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def check_installed() -> None:
    """Raise a `ConfigError` if opacus is not installed; imports nothing."""
    if importlib.util.find_spec("opacus") is None:
        raise ConfigError(
            "A privacy guarantee needs the library opacus. Install it with: pip install 'evenhand[privacy]'.",
            field="epsilon_dp",
            remedies=[leave_out("epsilon_dp")],
        )


def _accountant() -> PRVAccountant:
    _opacus()
    from opacus.accountants import PRVAccountant

    return PRVAccountant()


def _opacus() -> Any:
    check_installed()
    import opacus

    return opacus
