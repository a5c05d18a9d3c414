import numpy as np
import pytest
import torch

from core.synthesis.codebook import balance, codebook_size, fit_codebook, weights_of
from models.codebook import Codebook

RNG = np.random.default_rng(0)
N, GROUPS = 3_000, 3


def rows(seed=0, n=N):
    """Means that tell the group: each group has a centre of its own."""
    rng = np.random.default_rng(seed)
    groups = rng.choice(GROUPS, n, p=[0.6, 0.3, 0.1])
    return (rng.normal(size=(n, 4)) + groups[:, None]).astype(np.float32), groups.astype(np.int64)


@pytest.fixture(scope="module")
def fitted():
    codebook = Codebook(32, GROUPS, [1.0] * 4)
    fit_codebook(codebook, *rows(), seed=0)
    return codebook


def used(codebook, mean, groups, group):
    inside = groups == group
    return weights_of(codebook, mean[inside], groups[inside])


def test_every_group_uses_every_codeword_alike_on_the_rows_it_was_fitted_on(fitted):
    mean, groups = rows()
    shares = [used(fitted, mean, groups, group) for group in range(GROUPS)]
    for share in shares:
        assert share == pytest.approx(shares[0], rel=1e-3)
        assert share.sum() == pytest.approx(1)


def test_groups_of_many_rows_are_fitted_on_some_of_them_and_still_use_codewords_alike(monkeypatch):
    mean, groups = rows(n=9_000)
    monkeypatch.setattr("core.synthesis.codebook.MOST_ROWS", 2_500)
    codebook = Codebook(32, GROUPS, [1.0] * 4)
    fit_codebook(codebook, mean, groups, seed=0)
    shares = [used(codebook, mean, groups, group) for group in range(GROUPS)]
    assert not np.allclose(shares[0], shares[1], rtol=1e-3)  # some of them, not all
    for share in shares[1:]:
        assert np.abs(share - shares[0]).sum() / 2 < 0.06  # chance in 2,500 rows


def test_on_other_rows_groups_differ_by_little_more_than_chance(fitted):
    mean, groups = rows(seed=1)
    codes = fitted.draw(torch.from_numpy(mean), torch.from_numpy(groups), torch.rand(N)).numpy()
    shares = [np.bincount(codes[groups == group], minlength=32) / (groups == group).sum() for group in (0, 1)]
    assert np.abs(shares[0] - shares[1]).sum() / 2 < 0.15
    nearest = torch.cdist(torch.from_numpy(mean), fitted.points).argmin(dim=1).numpy()
    plain = [np.bincount(nearest[groups == group], minlength=32) / (groups == group).sum() for group in (0, 1)]
    assert np.abs(plain[0] - plain[1]).sum() / 2 > 0.4  # without potentials the codewords tell the group


def test_codewords_keep_what_the_group_does_not_tell(fitted):
    mean, groups = rows()
    codes = fitted.likeliest(torch.from_numpy(mean), torch.from_numpy(groups)).numpy()
    within = mean - np.stack([mean[groups == group].mean(axis=0) for group in range(GROUPS)])[groups]
    drawn = fitted.points.numpy()[codes]
    kept = [np.corrcoef(within[:, place], drawn[:, place])[0, 1] for place in range(4)]
    assert min(kept) > 0.5


def test_a_coordinate_with_a_larger_scale_is_kept_more_exactly():
    mean, groups = rows()
    kept = []
    for scale in (1.0, 8.0):
        codebook = Codebook(32, 1, [scale, 1.0, 1.0, 1.0])
        alone = np.zeros_like(groups)
        fit_codebook(codebook, mean, alone, seed=0)
        drawn = codebook.points.numpy()[codebook.likeliest(torch.from_numpy(mean), torch.from_numpy(alone)).numpy()]
        kept.append(np.corrcoef(mean[:, 0], drawn[:, 0])[0, 1])
    assert kept[1] > 0.97 > kept[0]


def test_the_weights_are_those_that_are_asked_for():
    codebook = Codebook(8, GROUPS, [1.0] * 4)
    mean, groups = rows(2)
    fit_codebook(codebook, mean, groups, seed=0)
    weights = np.arange(1, 9) / 36
    balance(codebook, mean, groups, weights)
    for group in range(GROUPS):
        assert used(codebook, mean, groups, group) == pytest.approx(weights, rel=1e-3)


def test_a_small_table_gets_fewer_codewords_and_none_without_a_codebook():
    assert codebook_size(10, 128) == 10
    assert codebook_size(1_000_000, 128) == 128
    assert codebook_size(1_000, 0) == 0
