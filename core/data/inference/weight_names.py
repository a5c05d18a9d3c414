"""Usual names of weights of the rows, and of people's body weights."""

from __future__ import annotations

import re

from core.data.inference.name_hints import normalized

_WEIGHT_WORDS = ("weight", "weights", "wgt", "wght", "wt")
_FOREIGN_WEIGHTS = ("gewicht", "poids", "peso")
_WEIGHT_NAMES = frozenset(
    {"fnlwgt", "frequency", "pwgtp", "pweight", "fweight", "dweight", "pspwght", "anweight", "wtssall"}
    | {"expansion factor", "factor expansion", "factor de expansion", "facteur expansion", "fexp"}
    | {"gewichtung", "gewichtungsfaktor", "hochrechnungsfaktor", "ponderation", "ponderacion", "ponderador"}
)
# What is weighted, or how, in names such as sample_weight, WGT_FINAL and PERWT.
_WEIGHTED = (
    *("sample", "sampling", "samp", "survey", "svy", "person", "per", "pers", "household", "hh", "family", "final"),
    *("fin", "design", "case", "instance", "freq", "frequency", "probability", "prob", "pop", "population", "analysis"),
    *("calibrated", "calibration", "cal", "raked", "trimmed", "normalized", "normalised", "adjusted", "replicate"),
    *(
        "nonresponse",
        "nr",
        "poststratification",
        "poststrat",
        "post stratification",
        "cross sectional",
        "cross section",
    ),
    *("longitudinal", "long", "inverse probability", "ip", "ipw", "int", "mec", "asec", "llcp", "stu", "fstu", "total"),
)
# Weights of official surveys: one word with a number behind it, such as WTMEC2YR and FINALWT1.
_WEIGHT_PATTERNS = (
    re.compile(rf"(?:{'|'.join(one.replace(' ', '') for one in _WEIGHTED)})(?:wt|wgt|wght|weight)s?\d*"),
    re.compile(r"(?:wt|wgt|wtfa)(?:mec|int|saf|fa)?(?: ?\d+ ?(?:yr|year)| [a-z])"),
    re.compile(r"w fstuwt|spfwt\d+|h?wtfinl|wtsupp|(?:ear|mar)n?(?:sup)?p?wt"),
    re.compile(r"pwt ?\d+|wpfinwgt|totwgt|a fnlwgt|v005|wm ?weight|ipt?w|rake ?wt|wgthpew|phrf|rb0[456]0|wts"),
    re.compile(r"(?:poids|peso|gewicht)(?: (?:final|de sondage|muestral))?|ind[a-z]{2,3}us (?:xw|lw)"),
)


def is_weight_name(name: str) -> bool:
    """Return whether a header names weights of the rows. A person's body weight is often named so too.

    >>> [is_weight_name(name) for name in ("sample_weight", "PERWT", "WTFINL", "fairness_weight", "weight_kg")]
    [True, True, True, False, False]
    """
    words = normalized(name)
    first, _, rest = words.partition(" ")
    other, _, last = words.rpartition(" ")
    if words in _WEIGHT_NAMES or words in _WEIGHT_WORDS:
        return True
    if (last in _WEIGHT_WORDS and other in _WEIGHTED) or (first in _WEIGHT_WORDS and rest in _WEIGHTED):
        return True
    return any(pattern.fullmatch(words.replace("2 yr", "2yr")) for pattern in _WEIGHT_PATTERNS)


def may_weigh_bodies(name: str) -> bool:
    """Return whether a header may name a person's body weight: it says no more than that it holds weights.

    >>> may_weigh_bodies("Weight"), may_weigh_bodies("sample_weight")
    (True, False)
    """
    return normalized(name) in (*_WEIGHT_WORDS, *_FOREIGN_WEIGHTS)


def is_body_measure(name: str) -> bool:
    """Return whether a header names a person's height or body mass index.

    >>> is_body_measure("height_cm"), is_body_measure("BMI"), is_body_measure("heights")
    (True, True, False)
    """
    return bool({"height", "bmi"} & set(normalized(name).split()))
