import numpy as np

from core.audit.protocols.tabular import LATENT_BINS, on_latents
from tests.core.audit.tables import SCHEMA, people


def test_latents_are_seen_by_their_order_only():
    train, holdout = people(600), people(200, 1)
    rng = np.random.default_rng(0)
    inside, outside = rng.normal(size=(600, 3)).astype(np.float32), rng.normal(size=(200, 3)).astype(np.float32)
    plain = on_latents(SCHEMA, "teacher", (inside, outside), train, holdout)
    bent = on_latents(SCHEMA, "teacher", (np.exp(inside), np.exp(outside)), train, holdout)
    assert len(np.unique(plain.train[:, 0])) <= LATENT_BINS
    assert np.mean(plain.train == bent.train) > 0.99  # a quantile between two values is not bent exactly
    order = np.argsort(outside[:, 1])
    assert (np.diff(plain.test[order, 1]) >= 0).all()
