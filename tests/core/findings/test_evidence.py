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


@pytest.mark.parametrize(
    ("value", "said"), [("high", "“high”"), ("1", "“income = 1”"), ("Y", "“income = Y”"), ("0.0", "“income = 0.0”")]
)
def test_an_outcome_that_is_a_bare_number_or_letter_is_told_with_its_column(value, said):
    schema = SCHEMA.model_copy(update={"positive": value})
    record = Record(source="original", protocol="data", metric="base_rate", value=0.5, positive=value)
    assert Evidence((record,), schema).outcome == said.replace("income", schema.target)
