import json

import pytest

from core.report.output.packed_records import packed, unpacked
from tests.core.report.samples import sample_records


def test_nothing_is_lost_on_the_way_through_json():
    records = sample_records()
    assert unpacked(json.loads(json.dumps(packed(records), allow_nan=False))) == records


def test_it_takes_less_than_half_the_space():
    records = sample_records()
    plain = json.dumps([record.model_dump(mode="json", exclude_defaults=True) for record in records])
    assert len(json.dumps(packed(records))) < len(plain) / 2


def test_no_records_are_none():
    assert unpacked(packed([])) == []


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        (lambda found: found.pop("value"), KeyError),
        (lambda found: found["value"].pop(), IndexError),
        (lambda found: found["status"]["values"].__setitem__(0, "good"), ValueError),
    ],
    ids=["no column", "a short column", "no such status"],
)
def test_damage_is_noticed(damage, error):
    found = packed(sample_records())
    damage(found)
    with pytest.raises(error):
        unpacked(found)
