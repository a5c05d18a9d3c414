"""A hash of a table's content. The same rows, columns and kinds have the same fingerprint on every system."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd


def fingerprint(frame: pd.DataFrame) -> str:
    """Return the SHA-256 (hex) of a typed frame's headers, dtypes, values and missing values, in order.

    The index does not count. The hash covers the values, not their storage, so it is the same across sessions,
    platforms and versions.

    >>> a = pd.DataFrame({"x": pd.array([1, None], dtype="Int64")})
    >>> fingerprint(a) == fingerprint(a.copy()), fingerprint(a) == fingerprint(a.rename(columns={"x": "y"}))
    (True, False)
    """
    digest = hashlib.sha256()
    for name in frame.columns:
        values = frame[name]
        for part in (f"{name}\0{values.dtype}\0{len(values)}".encode(), _content(values)):
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
    return digest.hexdigest()


def _content(values: pd.Series) -> bytes:
    missing = values.isna().to_numpy(dtype=bool)
    known = values[~missing]
    if pd.api.types.is_float_dtype(values.dtype):
        # 0.0 and -0.0 are equal but have different bytes. Adding 0.0 turns both into 0.0.
        content = (known.to_numpy(dtype=np.float64) + 0.0).astype("<f8").tobytes()
    elif pd.api.types.is_datetime64_any_dtype(values.dtype):
        content = known.astype("datetime64[us]").astype("int64").to_numpy().astype("<i8").tobytes()
    elif pd.api.types.is_bool_dtype(values.dtype):
        content = known.to_numpy(dtype=bool).tobytes()
    elif pd.api.types.is_integer_dtype(values.dtype):
        content = known.to_numpy(dtype=np.int64).astype("<i8").tobytes()
    else:
        # The distinct texts in order of first appearance, then the index of each row's text.
        codes, distinct = pd.factorize(known)
        texts = b"".join(len(raw).to_bytes(4, "little") + raw for raw in map(_utf8, distinct))
        content = len(distinct).to_bytes(8, "little") + texts + codes.astype("<i8").tobytes()
    return missing.tobytes() + content


def _utf8(value: object) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")
