"""Make rows with a privacy guarantee from the train rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.encoding.columns import Code, EncodingSettings
from core.data.encoding.table import TableEncoding, fill_schema_columns, fit_encoding
from core.data.groups import target_labels
from core.data.schema import Schema
from core.errors import ConfigError, change, leave_out
from core.events import Listener, ignore
from core.synthesis.private_rows.accounting import PrivacyAccount, account_for
from core.synthesis.private_rows.marginals import NoisyCounts, histogram_names, made_again, modelled
from core.synthesis.private_rows.noise import RandomSource, SystemRandom
from core.synthesis.private_rows.training import independent_network, train_privately
from core.synthesis.settings import PrivacySettings
from core.synthesis.table.row_generator import sample_codes


@dataclass(frozen=True)
class PrivateRows:
    """Rows that stand for the train rows.

    Args:
        frame: Typed rows with the columns of the schema.
        account: What is guaranteed.
        notes: What the guarantee cost the columns; one sentence each.
    """

    frame: pd.DataFrame
    account: PrivacyAccount
    notes: tuple[str, ...]


def private_rows(
    train: pd.DataFrame,
    schema: Schema,
    settings: PrivacySettings,
    *,
    seed: int,
    random: RandomSource | None = None,
    listener: Listener = ignore,
) -> PrivateRows:
    """Learn the train rows with differential privacy and generate rows.

    Args:
        train: Typed train rows; their number counts as public, and so does the schema.
        schema: Kinds and roles of the columns.
        settings: Epsilon and the plan of training.
        seed: Seed of what is no noise: first weights, and the rows that are drawn from the trained network.
        random: Where noise comes from; the operating system unless a test asks otherwise.
        listener: Receives progress; may raise to cancel.

    Raises:
        ConfigError: Opacus is not installed, or one of the outcomes is too rare to be seen through the noise.
    """
    random = random or SystemRandom()
    account = account_for(settings, len(train), len(histogram_names(schema)))
    counts = NoisyCounts(random, account.count_noise, account.threshold)
    columns = {one.name: made_again(one, train[one.name], len(train), counts) for one in modelled(schema)}
    independent = fill_schema_columns(pd.DataFrame({name: made for name, (made, _) in columns.items()}), schema)
    _check_outcomes(independent, schema, account)
    encoding = fit_encoding(independent, schema, EncodingSettings(bins=settings.bins))
    codes = _ColumnCodes.of_columns(encoding, schema)
    network = independent_network(codes.encode(independent), codes.sizes, settings.hidden, seed)
    train_privately(network, codes.encode(train), settings, account, random=random, listener=listener)
    rng = np.random.default_rng([seed, 2])
    nothing = np.zeros((len(train), 0), np.float32), np.zeros(len(train), np.int64)
    drawn, _ = sample_codes(network, *nothing, rng)
    frame = fill_schema_columns(codes.decode(drawn, rng), schema)
    return PrivateRows(frame, account, tuple(_lost_note(name, lost) for name, (_, lost) in columns.items() if lost))


@dataclass(frozen=True)
class _ColumnCodes:
    """The codes of the learned columns, in the order in which the network generates them."""

    columns: tuple[Code, ...]

    @classmethod
    def of_columns(cls, encoding: TableEncoding, schema: Schema) -> _ColumnCodes:
        by_name = {code.name: code for code in (*encoding.columns, encoding.target)}
        return cls(tuple(by_name[column.name] for column in modelled(schema)))

    @property
    def sizes(self) -> list[int]:
        """Number of codes of each column."""
        return [code.size for code in self.columns]

    def encode(self, frame: pd.DataFrame) -> NDArray[np.int64]:
        """Return the codes of typed rows, shape (n, C)."""
        return np.stack([code.encode(frame[code.name]) for code in self.columns], axis=1)

    def decode(self, codes: NDArray[np.int64], rng: np.random.Generator) -> pd.DataFrame:
        """Return typed rows."""
        return pd.DataFrame({code.name: code.decode(codes[:, at], rng) for at, code in enumerate(self.columns)})


def _check_outcomes(frame: pd.DataFrame, schema: Schema, account: PrivacyAccount) -> None:
    nothing_left = bool(frame[schema.target].isna().any())
    if nothing_left or len(np.unique(target_labels(frame, schema))) < 2:
        raise ConfigError(
            f"Column {schema.target!r}: with epsilon {account.epsilon:.2g}, outcomes of fewer than about "
            f"{account.threshold:.0f} rows cannot be told from noise, so one side of the outcome is lost. A "
            "larger epsilon or more rows help.",
            field="epsilon_dp",
            remedies=[change("epsilon_dp"), leave_out("epsilon_dp")],
        )


def _lost_note(name: str, rows: int) -> str:
    return (
        f"Column {name!r}: about {rows} of the train rows have values that are too rare for the privacy guarantee. The "
        "column's most common value, or the nearest number, replaces them."
    )
