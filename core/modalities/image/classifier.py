"""The image classifier of the protocols: a small convolutional network, trained for a fixed number of steps.

It has scikit-learn's ``fit`` and ``predict_proba`` and is deterministic by its seed (same versions and thread count).
It uses no augmentation: changing colours would hide the bias that is measured.

On coloured MNIST (the 10,000 test images; 8,000 to train, 2,000 to test whose colours are independent of the digit;
one thread of a server core, 3 s per fit) its accuracy is .98 if train colours are independent too, and .88 if 90 % of
them follow the digit. On coloured scikit-learn digits (1,437 to train, 16x16, 1 s) it is .99 and .90.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.data.images import Pixels

if TYPE_CHECKING:
    import torch

    from models.classifier import ImageClassifier as Network

STEPS, BATCH, RATE = 600, 64, 1e-2
MAX_SIDE = 40  # larger images are downsampled: training time grows with the area
_CHUNK = 512
_MIDDLE, _SCALE = 127.5, 255.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ClassifierInputs:
    """The inputs of a classifier: images and side features.

    Args:
        pixels: A collection of images, shape (N, height, width, 3); may be on disk.
        image_indices: The index of each row's image, shape (n,).
        side_features: Further features, e.g. the sensitive columns one-hot, shape (n, k); k may be 0.
    """

    pixels: Pixels
    image_indices: NDArray[np.intp]
    side_features: NDArray[np.float32]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.image_indices)

    def rows(self, chosen: NDArray[np.intp]) -> ClassifierInputs:
        """Return the inputs of the rows at the positions ``chosen``."""
        return ClassifierInputs(self.pixels, self.image_indices[chosen], self.side_features[chosen])

    def images(self) -> Pixels:
        """Return the image of each row, shape (n, height, width, 3)."""
        return np.asarray(self.pixels[self.image_indices])


class ImageClassifier:
    """See the module.

    Args:
        seed: Seeds first weights and the order of rows.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._network: Network | None = None
        self._count = 0

    def fit(self, inputs: ClassifierInputs, classes: NDArray[np.integer]) -> ImageClassifier:
        """Train for 600 steps of 64 rows with a one-cycle schedule (peak rate .01), whatever the number of rows.

        Args:
            inputs: Inputs of the training rows.
            classes: 0 .. k - 1, shape (n,).
        """
        import torch  # takes seconds to import
        from torch.nn import functional

        from models.classifier import ImageClassifier as Network
        from models.optimiser import Adam, one_cycle, seeded, without_denormals

        count, side_features = int(classes.max()) + 1, inputs.side_features.shape[1]
        network = seeded(lambda: Network(count, side_features), self._seed).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimiser = Adam(network.parameters())
        targets = torch.from_numpy(np.asarray(classes, dtype=np.int64))
        with without_denormals():
            for step, rows in enumerate(_batches(len(inputs), self._seed)):
                images, numbers = _tensors(inputs.rows(rows))
                loss = functional.cross_entropy(network(images, numbers), targets[torch.from_numpy(rows)])
                loss.backward()  # type: ignore[no-untyped-call]
                share, momentum = one_cycle(step / STEPS)
                optimiser.step(RATE * share, momentum)
        self._network, self._count = network.eval(), count
        return self

    def predict_proba(self, inputs: ClassifierInputs) -> Floats:
        """Return the class probabilities, shape (n, k)."""
        import torch

        network = self._network
        assert network is not None  # noqa: S101  # fit comes before predict_proba
        parts = [np.arange(start, min(start + _CHUNK, len(inputs))) for start in range(0, len(inputs), _CHUNK)]
        with torch.no_grad():
            probabilities = [network(*_tensors(inputs.rows(rows))).softmax(dim=1).numpy() for rows in parts]
        return np.concatenate([np.zeros((0, self._count)), *probabilities])


def _batches(count: int, seed: int) -> list[NDArray[np.intp]]:
    """Return the rows of each step: passes over all rows in random order, cut into batches."""
    size = min(BATCH, count)
    source = np.random.default_rng([seed, 19])
    passes = -(-STEPS * size // count)
    order = np.concatenate([source.permutation(count) for _ in range(passes)])[: STEPS * size]
    return list(order.reshape(STEPS, size))


def _tensors(inputs: ClassifierInputs) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the images in the network's range, -.5 to .5, and the side features."""
    import torch
    from torch.nn import functional

    images = torch.from_numpy(inputs.images()).permute(0, 3, 1, 2).float().sub_(_MIDDLE).div_(_SCALE)
    shrink = -(-max(images.shape[2:]) // MAX_SIDE)
    if shrink > 1:
        images = functional.avg_pool2d(images, shrink)
    return images, torch.from_numpy(np.ascontiguousarray(inputs.side_features, dtype=np.float32))
