import torch

from models.codebook import Codebook, SmallStrataCodebook


def book():
    codebook = Codebook(3, 2, [1.0])
    codebook.points.copy_(torch.tensor([[0.0], [1.0], [2.0]]))
    codebook.bandwidth.fill_(0.5)
    codebook.potentials.copy_(torch.tensor([[0.0, 0.0, 0.0], [0.0, 0.0, 2.0]]))
    return codebook


def test_probabilities_fall_with_the_squared_distance_and_rise_with_the_potential():
    mean, groups = torch.tensor([[0.4], [0.4]]), torch.tensor([0, 1])
    found = book().log_probabilities(mean, groups)
    squares = torch.tensor([0.16, 0.36, 2.56])
    assert torch.allclose(found[0], torch.log_softmax(-squares / 0.5, dim=0), atol=1e-6)
    assert torch.allclose(found[1], torch.log_softmax(-squares / 0.5 + torch.tensor([0.0, 0.0, 2.0]), dim=0), atol=1e-6)


def test_codewords_are_drawn_with_their_probabilities():
    codebook, n = book(), 20_000
    mean, groups = torch.full((n, 1), 0.4), torch.ones(n, dtype=torch.long)
    drawn = codebook.draw(mean, groups, (torch.arange(n) + 0.5) / n)
    shares = torch.bincount(drawn, minlength=3) / n
    assert torch.allclose(shares, codebook.log_probabilities(mean[:1], groups[:1])[0].exp(), atol=1e-3)
    assert codebook.draw(mean[:2], groups[:2], torch.tensor([0.0, 1.0 - 1e-7])).tolist() == [0, 2]


def test_the_likeliest_codeword_has_the_greatest_probability():
    mean, groups = torch.tensor([[1.3], [1.3]]), torch.tensor([0, 1])
    assert book().likeliest(mean, groups).tolist() == [1, 2]


def test_a_base_is_given_wherever_the_row_lies_and_the_rest_by_the_row():
    codebook = SmallStrataCodebook(3, 3, [1.0])
    plain = book()
    codebook.points.copy_(plain.points)
    codebook.bandwidth.fill_(0.5)
    codebook.potentials[:2] = plain.potentials
    codebook.potentials[2] = torch.tensor([0.0, 0.0, -torch.inf])  # the third codeword is ruled out
    codebook.base.copy_(torch.tensor([[0.0, 0.0, 0.0], [0.1, 0.2, 0.1], [0.5, 0.5, 0.0]]))
    mean, groups = torch.tensor([[0.4], [0.4], [0.4], [5.0]]), torch.tensor([0, 1, 2, 2])
    found = codebook.log_probabilities(mean, groups).exp()
    own = plain.log_probabilities(mean[:2], groups[:2]).exp()
    assert torch.equal(found[0], own[0])
    assert torch.allclose(found[1], torch.tensor([0.1, 0.2, 0.1]) + 0.6 * own[1])
    assert torch.allclose(found[2:], torch.tensor([[0.5, 0.5, 0.0]]).expand(2, 3))
    assert codebook.draw(mean, groups, torch.full((4,), 1.0 - 1e-7)).tolist()[2:] == [1, 1]
