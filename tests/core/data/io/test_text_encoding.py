"""Which encoding bytes are taken to be written in, and what is said of one that a person names."""

from __future__ import annotations

import pytest

from core.data.io.text_encoding import decode, likely_encoding
from core.errors import DataError


@pytest.mark.parametrize("text", ["Århus, København, Malmö", "Orléans, forêt, été, à", "Köln – 5 €, 3 m²", "¿Qué? ½"])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_western_letters_come_back_whole(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "t.csv")[0] == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Łódź, Wałęsa, święto\n", "cp1250"), ("Αθήνα, Θεσσαλονίκη\n", "cp1253"), ("東京 大阪 テスト\n", "cp932")],
)
def test_what_is_not_western_is_not_taken_for_it(text: str, encoding: str) -> None:
    assert likely_encoding(text.encode(encoding) * 20) not in {"cp1252", "utf-8"}


def test_a_named_encoding_counts_and_a_wrong_one_is_said() -> None:
    assert decode("Dvořák".encode("cp1250"), "t.csv", "cp1250") == ("Dvořák", "cp1250")
    with pytest.raises(DataError, match="no encoding 'klingon'; there are cp1252"):
        decode(b"a", "t.csv", "klingon")
    with pytest.raises(DataError, match=r"'t\.csv' is not written in ascii\. Pass another encoding"):
        decode("é".encode(), "t.csv", "ascii")
