import pytest

from core.audit.records import Record
from core.findings.evidence import Evidence
from tests.core.findings.families.records import SCHEMA


@pytest.mark.parametrize(
    ("sources", "products"),
    [
        (("original", "teacher", "student", "synthetic"), ("synthetic",)),
        (("original", "synthetic", "b.csv", "a.csv"), ("b.csv", "a.csv")),
        (("original", "constant"), ("original",)),
        (("original", "representation"), ("representation",)),
        (("original", "decisions", "representation"), ("decisions",)),
    ],
)
def test_every_file_is_a_product_and_else_the_synthetic_rows(sources, products):
    records = tuple(Record(source=source, protocol="B", metric="accuracy", value=0.5) for source in sources)
    assert Evidence(records, SCHEMA).products == products
