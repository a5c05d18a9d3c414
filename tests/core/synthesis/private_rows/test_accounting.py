"""The privacy account against opacus' own functions, and against the exact figure of one Gaussian mechanism."""

import math
import warnings

import numpy as np
import pytest
from scipy.stats import norm

from core.errors import ConfigError
from core.synthesis.private_rows import accounting
from core.synthesis.private_rows.accounting import THRESHOLD_SHARE, account_for, default_delta, epsilon_of
from core.synthesis.private_rows.wording import guarantee
from core.synthesis.settings import PrivacySettings

opacus = pytest.importorskip("opacus", reason="A privacy guarantee needs opacus; install the extra privacy.")


def test_the_epsilon_is_that_of_the_librarys_accountant() -> None:
    settings = PrivacySettings(epsilon=3.0)
    account = account_for(settings, 30_000, 33)
    accountant = opacus.accountants.PRVAccountant()
    for _ in range(account.steps):
        accountant.step(noise_multiplier=account.noise_training, sample_rate=account.sampling_rate)
    accountant.step(noise_multiplier=account.noise_histograms, sample_rate=1.0)
    with warnings.catch_warnings(), np.errstate(divide="ignore"):
        warnings.simplefilter("ignore", UserWarning)
        own = accountant.get_epsilon(delta=account.delta - account.delta_threshold)
    assert account.epsilon == pytest.approx(own)
    assert 2.95 < account.epsilon <= 3.0


@pytest.mark.parametrize("noise", [1.0, 5.0, 15.0])
def test_one_gaussian_mechanism_has_its_exact_epsilon_or_a_little_more(noise: float) -> None:
    epsilon = epsilon_of([(noise, 1.0, 1)], 1e-5)
    exact_delta = norm.cdf(0.5 / noise - epsilon * noise) - math.exp(epsilon) * norm.cdf(-0.5 / noise - epsilon * noise)
    slack = epsilon - 0.02
    more = norm.cdf(0.5 / noise - slack * noise) - math.exp(slack) * norm.cdf(-0.5 / noise - slack * noise)
    assert exact_delta <= 1e-5 <= more


def test_a_value_of_one_row_hardly_ever_passes_the_threshold() -> None:
    account = account_for(PrivacySettings(epsilon=3.0), 5_000, 20)
    passes = norm.sf((account.threshold - 1) / account.count_noise)
    assert 20 * passes == pytest.approx(account.delta_threshold)
    assert account.delta_threshold == pytest.approx(THRESHOLD_SHARE * account.delta)


def test_a_smaller_epsilon_takes_more_noise() -> None:
    tight, loose = (account_for(PrivacySettings(epsilon=epsilon), 5_000, 20) for epsilon in (1.0, 8.0))
    assert tight.noise_training > 3 * loose.noise_training
    assert tight.threshold > 3 * loose.threshold


def test_delta_is_smaller_than_one_over_the_rows() -> None:
    assert default_delta(100) == 1e-5
    assert default_delta(1_000_000) == pytest.approx(1e-7)


def test_the_guarantee_is_worded_with_the_bound_on_an_attack() -> None:
    account = account_for(PrivacySettings(epsilon=1.0), 5_000, 20)
    right = math.exp(account.epsilon) / (1 + math.exp(account.epsilon))
    assert f"right in at most {right:.1%}" in guarantee(account)
    assert "audit are not covered" in guarantee(account)


def test_without_the_library_the_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounting.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r"pip install 'evenhand\[privacy\]'"):
        account_for(PrivacySettings(epsilon=1.0), 5_000, 20)
