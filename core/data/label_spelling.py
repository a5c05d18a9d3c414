"""Values that mean the same and are written differently: ``1.0`` for 1, ``True`` for 1, ``yes.`` for Yes."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

_TRUE: Final = frozenset({"true", "yes", "y", "t", "1"})
_FALSE: Final = frozenset({"false", "no", "n", "f", "0"})
_JOINED: Final = re.compile(r"(?<=[^\W\d_])[-_](?=[^\W\d_])")
_CODE: Final = re.compile(r"[+-]?0[0-9]")
"""How digits begin that are a code and no number: 007."""


def spellings(told: Iterable[str], known: Collection[str]) -> dict[str, str]:
    """Return the known spelling of each told value that is written differently, where only one can be meant.

    Spellings of one value differ in case, blanks, hyphens, a full stop at the end, or in how a number is written.
    Where two values are known that say yes and no, all such pairs of words mean the same, if no other word is told.

    Args:
        told: Values as text.
        known: Values as text; those of ``told`` among them need no other spelling.

    >>> spellings([" yes.", "No", "maybe"], {"Yes", "No"})
    {' yes.': 'Yes'}
    >>> spellings(["1.0", "2.0"], {"1", "2"}), spellings(["1", "0"], {"Yes", "No"}), spellings(["x"], {"X", "x "})
    ({'1.0': '1', '2.0': '2'}, {'1': 'Yes', '0': 'No'}, {})
    """
    by_key = _by_key(known)
    other = {value: spelling_key(value) for value in dict.fromkeys(told) if value not in known}
    truth = _truth_values(by_key) if {*other.values()} - {*by_key} <= _TRUE | _FALSE else {}
    meant = {value: by_key.get(key) or truth.get(key in _TRUE) for value, key in other.items()}
    return {value: spelling for value, spelling in meant.items() if spelling is not None}


def _by_key(known: Collection[str]) -> dict[str, str]:
    """Return the known values by key, without those that share theirs with another."""
    counts = Counter(spelling_key(value) for value in known)
    return {key: value for value in known if counts[key := spelling_key(value)] == 1}


def _truth_values(by_key: Mapping[str, str]) -> dict[bool, str]:
    """Return which of two known values says yes and which says no; empty if they do not."""
    said = {True: [key for key in by_key if key in _TRUE], False: [key for key in by_key if key in _FALSE]}
    if len(by_key) != 2 or any(len(keys) != 1 for keys in said.values()):
        return {}
    return {meaning: by_key[keys[0]] for meaning, keys in said.items()}


def spelling_key(value: str) -> str:
    """Return what is equal for spellings of the same value.

    >>> spelling_key("Self-Employed "), spelling_key("1.0") == spelling_key("1")
    ('self employed', True)
    """
    text = plain_spelling(value)
    try:
        number = float(text)
    except ValueError:
        return _JOINED.sub(" ", text.removesuffix(".")) or text
    if not math.isfinite(number) or _CODE.match(text):
        return text
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def plain_spelling(value: str) -> str:
    r"""Return a value in small letters, without surplus blanks and without characters that nobody sees.

    >>> plain_spelling("\u200bSelf  Employed\u00a0")
    'self employed'
    """
    seen = "".join(letter for letter in unicodedata.normalize("NFKC", value) if unicodedata.category(letter) != "Cf")
    return " ".join(seen.casefold().split())


def as_the_target(told: NDArray[np.object_], known: set[str]) -> NDArray[np.object_]:
    """Return labels as the target writes them where only their spelling differs; see `spellings`.

    Args:
        told: Labels as text, shape (n,).
        known: The target's values as text.

    >>> as_the_target(np.array(["True", "false"], dtype=object), {"0", "1"}).tolist()
    ['1', '0']
    """
    meant = spellings(told.tolist(), known)
    return np.asarray([meant.get(value, value) for value in told.tolist()], dtype=object)


def spelled_like(value: str, known: Collection[str]) -> str:
    """Return the known spelling of one value that a user typed, or the value itself.

    ``no`` is not taken for 0, but truth values are what 1 and yes say.

    >>> spelled_like("1.0", ["0", "1"]), spelled_like("yes", ["Yes", "No"]), spelled_like("no", ["0", "1"])
    ('1', 'Yes', 'no')
    >>> spelled_like("1", ["False", "True"])
    'True'
    """
    if value in known:
        return value
    by_key = _by_key(known)
    truth = _truth_values(by_key) if {*by_key} == {"true", "false"} else {}
    key = spelling_key(value)
    return by_key.get(key) or (truth[key in _TRUE] if truth and key in _TRUE | _FALSE else value)
