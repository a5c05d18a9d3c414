"""TabDDPM: Gaussian diffusion of the numbers and multinomial diffusion of the categories, given the target.

Kotelnikov et al., "TabDDPM: Modelling Tabular Data with Diffusion Models", ICML 2023. The diffusion is that of the
package tabeval (Apache licence), which has it from synthcity and the authors. The training loop is the paper's: AdamW,
a linearly falling learning rate, and an average of the weights for sampling. Steps, rate and timesteps are from the
paper's search space; network and batch are smaller than the authors' choice for Adult, so that two cores suffice.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
from columns import category_names, with_missing, without_missing

if TYPE_CHECKING:
    import pandas as pd

STEPS, BATCH, LEARNING_RATE, WEIGHT_DECAY = 10_000, 1024, 0.002, 1e-4
TIMESTEPS, UNITS, LAYERS, AVERAGE_DECAY = 100, 256, 3, 0.999
MAX_QUANTILES = 1000


def fit(train: pd.DataFrame, request: dict[str, Any]) -> Callable[[int], pd.DataFrame]:
    """Train the diffusion; return its sampler, which draws targets with their shares in the train rows."""
    import pandas as pd
    import torch
    from sklearn.preprocessing import OrdinalEncoder, QuantileTransformer

    torch.manual_seed(request["seed"])
    rng = np.random.default_rng(request["seed"])
    categories = category_names(train, request)
    rows = without_missing(train, categories)
    numbers = [name for name in rows if name not in categories]
    features = [name for name in categories if name != request["target"]]
    normal = QuantileTransformer(
        output_distribution="normal", n_quantiles=min(MAX_QUANTILES, len(rows)), random_state=request["seed"]
    ).fit(rows[numbers].astype("float64"))
    codes, targets = OrdinalEncoder().fit(rows[features]), OrdinalEncoder().fit(rows[[request["target"]]])
    sizes = tuple(len(values) for values in codes.categories_)
    points = np.hstack([normal.transform(rows[numbers].astype("float64")), codes.transform(rows[features])])
    conditions = targets.transform(rows[[request["target"]]])[:, 0]
    diffusion = _trained(
        _diffusion(len(numbers), sizes, len(targets.categories_[0])),
        torch.tensor(points, dtype=torch.float32),
        torch.tensor(conditions, dtype=torch.long),
    )

    def sample(count: int) -> pd.DataFrame:
        drawn = rng.choice(conditions, size=count)  # a bootstrap keeps the shares up to chance
        values = diffusion.sample_all(count, torch.tensor(drawn, dtype=torch.long)).numpy().astype("float64")
        made = pd.DataFrame(normal.inverse_transform(values[:, : len(numbers)]), columns=numbers)
        whole = [name for name in numbers if rows[name].dtype == "int64"]
        made = made.assign(**made[whole].round().astype("int64"))
        made[features] = codes.inverse_transform(values[:, len(numbers) :])
        made[request["target"]] = targets.inverse_transform(drawn[:, None])[:, 0]
        return with_missing(made, train, categories)

    return sample


def _diffusion(numbers: int, sizes: tuple[int, ...], classes: int) -> Any:
    """Return an untrained diffusion of so many numbers, categories of these sizes, and classes of the target."""
    import torch

    # torchvision of PyPI is built for CUDA. Where torch is not, its operators are missing and its import fails.
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        if not hasattr(torch.ops.torchvision, name):
            library.define(f"{name}(Tensor boxes, Tensor scores, float threshold) -> Tensor")
    from tabeval.plugins.core.models.tabular_ddpm.gaussian_multinomial_diffsuion import GaussianMultinomialDiffusion

    return GaussianMultinomialDiffusion(
        num_numerical_features=numbers,
        num_categorical_features=sizes,
        model_type="mlp",
        model_params={"n_units_hidden": UNITS, "n_layers_hidden": LAYERS, "dropout": 0.0},
        num_timesteps=TIMESTEPS,
        num_classes=classes,
        conditional=True,
    )


def _trained(diffusion: Any, points: Any, conditions: Any) -> Any:
    """Train on points, shape (n, d), and classes, shape (n,); return the diffusion with averaged weights."""
    import torch

    optimizer = torch.optim.AdamW(diffusion.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    average = deepcopy(diffusion.denoise_fn).requires_grad_(requires_grad=False)
    for step in range(STEPS):
        batch = torch.randint(len(points), (min(BATCH, len(points)),))
        loss = sum(diffusion.mixed_loss(points[batch], conditions[batch]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * (1.0 - (step + 1) / STEPS)
        with torch.no_grad():
            for mean, weight in zip(average.parameters(), diffusion.denoise_fn.parameters(), strict=True):
                mean.lerp_(weight, 1.0 - AVERAGE_DECAY)
    diffusion.denoise_fn = average
    return diffusion.eval()
