"""New identifiers have the form of real ones and are nobody's."""

from __future__ import annotations

import re
import uuid

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.forms.serials import serial_form


def new(values: list[str], count: int = 3) -> list[str]:
    return serial_form(pd.Series(values, dtype="str")).serials(count).tolist()


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        ([f"E-{number:05d}" for number in range(1, 40)], r"E-\d{5}"),
        ([f"{number:06d}" for number in range(1, 40)], r"\d{6}"),
        ([str(number) for number in range(100_000, 100_040)], r"\d{6}"),
        ([f"2024/{number}-A" for number in range(1, 40)], r"2024/\d+-A"),
        (["Ann Lee", "Bo Ek", "Cy Dow"], r"synthetic-\d"),
        ([str(uuid.UUID(int=number**9, version=4)) for number in range(1, 40)], r"[0-9a-f-]{36}"),
        ([uuid.UUID(int=number**9, version=4).hex for number in range(1, 40)], r"[0-9a-f]{32}"),
        (["a.b@firm.com", "c@d.org"], r"person\d@example\.invalid"),
    ],
)
def test_the_form_is_kept(values: list[str], pattern: str) -> None:
    found = new(values)
    assert len(set(found)) == 3
    assert not set(found) & set(values)
    assert all(re.fullmatch(pattern, one) for one in found)


def test_new_uuids_are_uuids_of_no_person() -> None:
    values = [str(uuid.uuid4()) for _ in range(30)]
    found = new(values)
    assert {uuid.UUID(one).version for one in found} == {8}
    assert not set(new([*values, *found])) & set(found)


@given(
    st.lists(
        st.one_of(
            st.integers(0, 10**18).map(str),
            st.from_regex(r"[A-C]?-?[0-9]{1,6}[a-z]?", fullmatch=True),
            st.from_regex(r"person[0-9]{1,3}@example\.invalid", fullmatch=True),
            st.text(min_size=1, max_size=8),
        ),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=200, deadline=None)
def test_no_new_identifier_is_a_real_one(values: list[str]) -> None:
    assert not set(new(values, 50)) & {value.strip() for value in values}
