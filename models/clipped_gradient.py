"""The sum of clipped per-row gradients of a table decoder, as differentially private training needs it.

Gradients of single rows are never stored. For row i and column c let ``g`` be the gradient of its loss by the logits,
``h`` the hidden units that they were computed from, and ``d_c`` the gradient by the hidden layer's input at column c.
Row i's gradient by the weights of the head is ``g h^T``, of squared norm ``|g|^2 |h|^2``. By the embedding of the code
of column j it is the sum of ``d_c`` over later columns c > j. The blocks of different columns do not overlap, so the
squared norms add up (Goodfellow 2015, "Efficient per-example gradient computations").
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from models.table import TableDecoder


@torch.no_grad()
def add_clipped_gradients(
    decoder: TableDecoder, latent: Tensor, groups: Tensor, codes: Tensor, clip: float
) -> tuple[Tensor, Tensor]:
    """Set the gradients of all parameters to the sum over rows of ``g_i min(1, clip / |g_i|)``.

    ``g_i`` is the gradient of ``-log p(x_i | z_i, s_i)`` in nats, over all parameters together.

    Args:
        decoder: An autoregressive decoder.
        latent: Shape (n, d).
        groups: Shape (n,).
        codes: Shape (n, C).
        clip: Maximum norm of what one row adds.

    Returns:
        The loss and the gradient's norm before clipping of each row, each of shape (n,).
    """
    assert decoder.context is not None  # noqa: S101  # the decoder is autoregressive
    inputs = torch.cat([latent, functional.one_hot(groups, decoder.groups).to(latent.dtype)], dim=1)
    offsets = decoder.offsets_by_column(decoder.offset[groups])
    rows = torch.arange(len(codes), device=codes.device)
    starts = [0, *torch.tensor(decoder.sizes).cumsum(0).tolist()]
    known = decoder.first(inputs)
    loss = known.new_zeros(len(codes))
    hidden, by_logits, by_known = [], [], []
    for column, size in enumerate(decoder.sizes):
        block = slice(starts[column], starts[column] + size)
        active = functional.relu(known)
        logits = functional.linear(active, decoder.head.weight[block], decoder.head.bias[block])
        if (excluded := offsets[column]) is not None:
            logits = logits + excluded
        log_shares = logits.log_softmax(dim=1)
        loss -= log_shares[rows, codes[:, column]]
        gradient = log_shares.exp()
        gradient[rows, codes[:, column]] -= 1.0
        hidden.append(active)
        by_logits.append(gradient)
        by_known.append((gradient @ decoder.head.weight[block]) * (known > 0))
        known = known + decoder.context(codes[:, column] + starts[column])
    later = torch.zeros_like(known)
    by_code = [later] * len(decoder.sizes)
    for column in range(len(decoder.sizes) - 1, -1, -1):
        by_code[column] = later
        later = later + by_known[column]
    squares = later.square().sum(1) * (inputs.square().sum(1) + 1.0)
    for column in range(len(decoder.sizes)):
        squares += by_logits[column].square().sum(1) * (hidden[column].square().sum(1) + 1.0)
        squares += by_code[column].square().sum(1)
    norms = squares.sqrt()
    weights = (clip / norms.clamp(min=clip))[:, None]
    decoder.first.weight.grad = (weights * later).T @ inputs
    decoder.first.bias.grad = (weights * later).sum(0)
    by_head = [weights * gradient for gradient in by_logits]
    decoder.head.weight.grad = torch.cat([part.T @ active for part, active in zip(by_head, hidden, strict=True)])
    decoder.head.bias.grad = torch.cat([part.sum(0) for part in by_head])
    embedded = torch.zeros_like(decoder.context.weight)
    for column, start in enumerate(starts[:-1]):
        embedded.index_add_(0, codes[:, column] + start, weights * by_code[column])
    decoder.context.weight.grad = embedded
    return loss, norms
