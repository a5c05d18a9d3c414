"""A table's generator without train rows: what is left of a fitted model, as files, and read from them.

::

    schema.json                kinds, roles and groups of the columns, without the reasons of guesses
    encoding.json              values of the codes, coarsened (`core.data.encoding.disclosure`)
    generator.json             shares of groups and outcomes, and what label repair adds
    weights.safetensors        codewords with their weights, decoder, the student's fair score

The encoders are left out: no row is encoded. So are the potentials of the codebook and the outcomes that the score's
levels had in the train rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar, cast

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from core.data.encoding.disclosure import coarsened, rounded
from core.data.encoding.table import TableEncoding
from core.data.schema import Schema
from core.errors import RunError, SchemaError
from core.synthesis.base import STUDENT
from core.synthesis.codebook import codebook_name, weights_of
from core.synthesis.label_repair.repair import LabelChannel
from core.synthesis.table.codeword_latents import CodewordLatents
from core.synthesis.table.decoders import decoded_sizes, decoder_of
from core.synthesis.table.model import TableModel
from core.synthesis.table.row_generator import RowGenerator
from models.codebook import Codebook
from models.fair_score import FairClassScores, FairScore
from models.table import TableDecoder

SCHEMA, ENCODING, FACTS, WEIGHTS = "schema.json", "encoding.json", "generator.json", "weights.safetensors"
FILES: Final = (SCHEMA, ENCODING, FACTS, WEIGHTS)
LARGEST_OFFSET: Final = 50.0
"""Log-odds beyond any that calibration gives."""
_UNUSED: Final = frozenset({"observed"})
"""Buffers of the score that only rows without an autoregressive decoder need."""

_Model = TypeVar("_Model", bound=BaseModel)


class _Facts(BaseModel):
    """Numbers of a generator beside its networks.

    Args:
        group_shares: Share of the train rows of each group.
        target_shares: Share of the train rows with each target code.
        offsets: Log-odds added to those of each group; ``None`` if the label channel is off.
        bands: Half width of the band of outcomes at random of each group; empty if no group has one.
        repair_level: Repair level, 0 to 1.
        sharpness: At least 1.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    group_shares: tuple[float, ...]
    target_shares: tuple[float, ...]
    offsets: tuple[float, ...] | None = None
    bands: tuple[float, ...] = ()
    repair_level: float = Field(default=1.0, ge=0, le=1)
    sharpness: float = Field(default=1.0, ge=1)


def exported_files(model: TableModel, train: pd.DataFrame) -> dict[str, bytes]:
    """Return the files of a fitted model's generator by name.

    Args:
        model: Its decoder is autoregressive, and it has a codebook.
        train: Its typed train rows.

    Raises:
        ConfigError: A column stores categories that too few people have.
    """
    codebook = cast("Codebook", model.networks[codebook_name(STUDENT)])
    weights = weights_of(codebook, model.encoder_means(STUDENT), model.rows.groups)
    tensors = {
        "points": codebook.points,
        "weights": torch.from_numpy(weights),
        **_named("decoder", model.networks["decoder"]),
        **({} if model.channel is None else _named("score", model.channel.score, _UNUSED)),
    }
    facts = _Facts(
        group_shares=_shares(model.rows.groups, len(model.encoding.groups)),
        target_shares=_shares(model.rows.target, model.encoding.target.size),
    )
    if model.channel is not None:
        channel = model.channel
        facts = facts.model_copy(
            update={
                "offsets": tuple(channel.offsets.tolist()),
                "bands": tuple(channel.bands.tolist()) if channel.bands.any() else (),
                "repair_level": channel.repair_level,
                "sharpness": channel.sharpness,
            }
        )
    encoding = coarsened(model.encoding, train, model.schema)
    documents = {SCHEMA: model.schema.without_quoted_values(), ENCODING: encoding, FACTS: facts}
    return {
        **{name: document.model_dump_json(indent=2).encode("utf-8") for name, document in documents.items()},
        WEIGHTS: save({name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}),
    }


def generator_of(contents: Mapping[str, bytes], place: str) -> RowGenerator:
    """Return the generator of these files.

    Args:
        contents: The files by name.
        place: Where they come from, for the sentence of an error.

    Raises:
        RunError: They do not fit together.
    """
    schema = _document(Schema, contents[SCHEMA], SCHEMA, place)
    encoding = _document(TableEncoding, contents[ENCODING], ENCODING, place)
    facts = _document(_Facts, contents[FACTS], FACTS, place)
    try:
        tensors = load(contents[WEIGHTS])
        _check_numbers(tensors)
        points, weights = tensors["points"].numpy(), tensors["weights"].double().numpy()
        source = CodewordLatents(
            points,
            weights / weights.sum(),
            np.asarray(facts.group_shares) / sum(facts.group_shares),
            encoding.groups,
            len(encoding.sensitive),
        )
        decoder = _decoder(encoding, tensors, points.shape[1])
        channel = None if facts.offsets is None else _channel(encoding, facts, tensors)
    except (SafetensorError, RuntimeError, ValueError, TypeError, KeyError, IndexError, ArithmeticError) as error:
        raise _damaged(WEIGHTS, place) from error
    if not _is_consistent(source, facts, encoding):
        raise _damaged(FACTS, place)
    return RowGenerator(schema, encoding, decoder, channel, source)


def _check_numbers(tensors: Mapping[str, Tensor]) -> None:
    """Raise a `ValueError` unless all weights are finite numbers of the precision that they are saved in."""
    for name, tensor in tensors.items():
        if name.endswith("sees_groups"):
            continue
        if tensor.dtype not in (torch.float32, torch.float64) or not bool(torch.isfinite(tensor).all()):
            raise ValueError(name)


def _shares(codes: NDArray[np.int64], size: int) -> tuple[float, ...]:
    """Return the share of each code, shape (size,), from rounded numbers of rows."""
    rows = [rounded(count) for count in np.bincount(codes, minlength=size).tolist()]
    return tuple(count / sum(rows) for count in rows)


def _named(prefix: str, network: nn.Module, without: frozenset[str] = frozenset()) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": value for name, value in network.state_dict().items() if name not in without}


def _document(kind: type[_Model], content: bytes, name: str, place: str) -> _Model:
    try:
        return kind.model_validate_json(content)
    except (ValidationError, SchemaError) as error:
        raise _damaged(name, place) from error


def _damaged(name: str, place: str) -> RunError:
    return RunError(f"{name} in {place} is damaged or does not fit its other files. Export the run again.")


def _decoder(encoding: TableEncoding, tensors: Mapping[str, Tensor], latent: int) -> TableDecoder:
    codes, hidden = tensors["decoder.head.weight"].shape
    if codes != sum(decoded_sizes(encoding, autoregressive=True)):  # before memory is taken for it
        raise ValueError
    return _with_weights(decoder_of(encoding, hidden, latent, autoregressive=True), tensors, "decoder")


def _channel(encoding: TableEncoding, facts: _Facts, tensors: Mapping[str, Tensor]) -> LabelChannel:
    hidden, levels = tensors["score.head.weight"].shape[1], tensors["score.log_odds"].shape[1]
    kind = FairScore if "score.cuts" in tensors else FairClassScores
    groups, outcomes = len(encoding.groups), encoding.target.size
    score = kind(encoding.sizes, encoding.feature_index, groups, hidden, levels, outcomes)
    return LabelChannel(
        _with_weights(score, tensors, "score", _UNUSED),
        np.isin(np.arange(encoding.target.size), encoding.positive),
        np.asarray(facts.target_shares),
        np.asarray(facts.group_shares),
        np.asarray(facts.offsets),
        np.asarray(facts.bands or (0.0,) * groups),
        facts.repair_level,
        facts.sharpness,
    )


_Network = TypeVar("_Network", bound=nn.Module)


def _with_weights(
    network: _Network, tensors: Mapping[str, Tensor], prefix: str, without: frozenset[str] = frozenset()
) -> _Network:
    own = {name.removeprefix(f"{prefix}."): value for name, value in tensors.items() if name.startswith(f"{prefix}.")}
    lacking = network.load_state_dict(own, strict=False)
    if set(lacking.missing_keys) - without or lacking.unexpected_keys:
        raise ValueError
    return network.eval()


def _is_consistent(source: CodewordLatents, facts: _Facts, encoding: TableEncoding) -> bool:
    """Return whether shares and weights have the right lengths and are proportions."""
    groups, codes = len(encoding.groups), encoding.target.size
    offsets = facts.group_shares if facts.offsets is None else facts.offsets
    bands = facts.bands or (0.0,) * groups
    lengths = len(facts.group_shares), len(facts.target_shares), len(offsets), len(bands)
    if max(np.abs([*offsets, *bands]), default=0.0) > LARGEST_OFFSET or min(bands) < 0:
        return False
    proportions = (source.weights, source.shares, np.asarray(facts.target_shares))
    return (
        lengths == (groups, codes, groups, groups)
        and len(source.points) == len(source.weights)
        and all(bool(np.all(part >= 0)) and abs(float(part.sum()) - 1.0) < 1e-6 for part in proportions)
    )
