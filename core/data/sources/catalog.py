"""The registry of the built-in datasets. Its loaders import what they need when called, so that reading it is cheap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.data.dataset import Dataset
    from core.data.sources.load_options import LoadOptions


@dataclass(frozen=True)
class BuiltIn:
    """A built-in dataset.

    Args:
        about: What it holds, in a phrase.
        load: Reads or draws it.
    """

    about: str
    load: Callable[[LoadOptions], Dataset]


def _demo(options: LoadOptions) -> Dataset:
    from core.data.sources.demo import DEFAULT_ROWS, demo_table

    rows = options.get("rows")
    return demo_table(DEFAULT_ROWS if rows is None else rows, options.get("seed", 0))


def _adult(_options: LoadOptions) -> Dataset:
    from core.data.sources.adult import load_adult

    return load_adult()


def _compas(_options: LoadOptions) -> Dataset:
    from core.data.sources.compas import load_compas

    return load_compas()


def _compas_unfiltered(_options: LoadOptions) -> Dataset:
    from core.data.sources.compas import load_compas

    return load_compas(filtered=False)


def _color_digits(options: LoadOptions) -> Dataset:
    from core.data.sources.color_digits import load_color_digits

    return load_color_digits(options)


def _color_mnist(options: LoadOptions) -> Dataset:
    from core.data.sources.color_mnist import load_color_mnist

    return load_color_mnist(options)


def _celeba(options: LoadOptions) -> Dataset:
    from core.data.sources.celeba import load_celeba

    return load_celeba(options)


BUILT_IN: Final[dict[str, BuiltIn]] = {
    "demo": BuiltIn("invented credit decisions with a known bias, no network needed", _demo),
    "adult": BuiltIn("US census 1994: who earns more than 50,000 dollars", _adult),
    "compas": BuiltIn("Broward County: who was charged again within two years", _compas),
    "compas-unfiltered": BuiltIn("the same with the rows that its authors left out", _compas_unfiltered),
    "color-digits": BuiltIn("small handwritten digits, each mostly in one colour, no network needed", _color_digits),
    "color-mnist": BuiltIn("10,000 handwritten digits, each mostly in one colour", _color_mnist),
    "celeba": BuiltIn("faces with 40 attributes, from a folder of your own", _celeba),
}
"""By name, in the order of the Data page."""
