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
        credit: Who made it, and its licence; empty for invented data.
    """

    about: str
    load: Callable[[LoadOptions], Dataset]
    credit: str = ""


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


def _german(_options: LoadOptions) -> Dataset:
    from core.data.sources.german import load_german

    return load_german()


def _bank(_options: LoadOptions) -> Dataset:
    from core.data.sources.bank import load_bank

    return load_bank()


def _law(_options: LoadOptions) -> Dataset:
    from core.data.sources.law import load_law

    return load_law()


def _acs_income(_options: LoadOptions) -> Dataset:
    from core.data.sources.acs_income import load_acs_income

    return load_acs_income()


def _color_digits(options: LoadOptions) -> Dataset:
    from core.data.sources.color_digits import load_color_digits

    return load_color_digits(options)


def _color_mnist(options: LoadOptions) -> Dataset:
    from core.data.sources.color_mnist import load_color_mnist

    return load_color_mnist(options)


def _celeba(options: LoadOptions) -> Dataset:
    from core.data.sources.celeba import load_celeba

    return load_celeba(options)


_UCI: Final = "UCI Machine Learning Repository, CC BY 4.0"
_PROPUBLICA: Final = "ProPublica, “Machine Bias”, 2016, published for reuse"
_DIGITS: Final = f"Alpaydin and Kaynak 1998, {_UCI}"
_MNIST: Final = "LeCun, Cortes and Burges, CC BY-SA 3.0"
_CELEBA: Final = "Liu and others 2015, for research that is not commercial"

BUILT_IN: Final[dict[str, BuiltIn]] = {
    "demo": BuiltIn("invented credit decisions with a known bias, no network needed", _demo),
    "adult": BuiltIn("US census 1994: who earns more than 50,000 dollars", _adult, f"Becker and Kohavi 1996, {_UCI}"),
    "compas": BuiltIn("Broward County: who was charged again within two years", _compas, _PROPUBLICA),
    "compas-unfiltered": BuiltIn("the same with the rows that its authors left out", _compas_unfiltered, _PROPUBLICA),
    "german": BuiltIn("German bank 1994: whose credit is a good risk", _german, f"Hofmann 1994, {_UCI}"),
    "bank": BuiltIn("Portuguese bank: who subscribed a term deposit", _bank, f"Moro, Cortez and Rita 2014, {_UCI}"),
    "law": BuiltIn(
        "US law schools: who passed the bar",
        _law,
        "Wightman 1998 for the Law School Admission Council, cleaned by Le Quy and others 2022; no licence is stated",
    ),
    "acs-income": BuiltIn(
        "US census survey 2018, Alabama: who earns more than 50,000 dollars",
        _acs_income,
        "US Census Bureau, American Community Survey, public domain; selection of Ding and others 2021",
    ),
    "color-digits": BuiltIn(
        "small handwritten digits, each mostly in one colour, no network needed", _color_digits, _DIGITS
    ),
    "color-mnist": BuiltIn("10,000 handwritten digits, each mostly in one colour", _color_mnist, _MNIST),
    "celeba": BuiltIn("faces with 40 attributes, from a folder of your own", _celeba, _CELEBA),
}
"""By name, in the order of the Data page."""
