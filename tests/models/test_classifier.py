import pytest
import torch

from models.classifier import ImageClassifier


@pytest.mark.parametrize("size", [8, 16, 28, 64])
def test_images_of_any_size_get_logits(size):
    found = ImageClassifier(5, 3).eval()(torch.zeros(2, 3, size, size), torch.zeros(2, 3))
    assert found.shape == (2, 5)


def test_what_stands_beside_the_image_moves_the_answer():
    network = ImageClassifier(2, 2).eval()
    image = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    one, other = (network(image, torch.tensor([beside])) for beside in ([1.0, 0.0], [0.0, 1.0]))
    assert not torch.equal(one, other)


def test_it_is_small():
    assert sum(parameter.numel() for parameter in ImageClassifier(10, 10).parameters()) < 40_000
