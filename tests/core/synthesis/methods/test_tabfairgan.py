"""TabFairGAN: the fairness phase reduces the gap of the first phase."""

import pytest
import torch

from core.data.sources.load import load
from core.errors import SchemaError
from core.synthesis.base import Observations
from core.synthesis.methods.method_info import method
from models.row_gan import activated, selection_gap

CPU = torch.device("cpu")


def gap_of(made, data):
    frame = made.sample(6000, seed=1).frame
    rates = (frame[data.schema.target] == data.schema.positive).groupby(frame[data.schema.sensitive[0]]).mean()
    return float(rates.max() - rates.min()), frame


@pytest.mark.slow
def test_the_fairness_phase_lowers_the_gap():
    data = load("demo", rows=3000, sensitive=["sex"], seed=3)
    usual = {"epochs": 60, "batch_size": 250, "critic_steps": 2, "learning_rate": 1e-3}
    hyperparameters = {"hidden": 96, "optimisation": usual, "fairness_weight": 5.0}
    plain = method("tabfairgan", "fast", hyperparameters | {"fair_epochs": 0}).fit(
        Observations(data.frame), data.schema, seed=0, device=CPU
    )
    fair = method("tabfairgan", "fast", hyperparameters | {"fair_epochs": 20}).fit(
        Observations(data.frame), data.schema, seed=0, device=CPU
    )
    before, rows = gap_of(plain, data)
    after, _ = gap_of(fair, data)
    assert before > 0.08  # the real rows' is .18
    assert after < 0.5 * before
    assert 0.25 < (rows[data.schema.target] == "yes").mean() < 0.6


def test_more_than_two_outcomes_are_refused():
    data = load("demo", rows=300, sensitive=["sex"], seed=3)
    frame = data.frame.assign(approved=["yes", "no", "later"] * 100)
    with pytest.raises(SchemaError, match="'approved' has more"):
        method("tabfairgan", "fast").fit(Observations(frame), data.schema, seed=0, device=CPU)


def test_the_gap_of_two_hard_groups_is_the_difference_of_their_rates():
    members = torch.tensor([[1.0, 0.0]] * 30 + [[0.0, 1.0]] * 10)
    positive = torch.cat([torch.ones(12), torch.zeros(18), torch.ones(1), torch.zeros(9)])
    assert float(selection_gap(positive, members)) == pytest.approx(12 / 30 - 1 / 10)


def test_the_gap_is_nothing_when_rates_agree_and_has_no_sign():
    members = torch.eye(3).repeat(4, 1)
    assert float(selection_gap(torch.full((12,), 0.4), members)) == pytest.approx(0.0, abs=1e-6)
    one = torch.tensor([1.0, 0, 0] * 4)
    assert float(selection_gap(one, members)) > 0
    assert float(selection_gap(1 - one, members)) == pytest.approx(float(selection_gap(one, members)), abs=1e-6)


def test_rows_are_numbers_in_range_and_near_one_hot_codes():
    raw = torch.randn(50, 5, generator=torch.Generator().manual_seed(0)) * 3
    rows = activated(raw, [(slice(0, 1), True), (slice(1, 5), False)], 0.2, torch.Generator().manual_seed(1))
    assert ((rows[:, 0] > 0) & (rows[:, 0] < 1)).all()
    torch.testing.assert_close(rows[:, 1:].sum(dim=1), torch.ones(50))
    assert float(rows[:, 1:].max(dim=1).values.mean()) > 0.9
