import json

import pandas as pd
import vl_convert

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.report.charts import image_importance


def table(classes=2, source="original"):
    rows = [
        (source, f"c{name}", image, row, column, 0.1 * row * column / 49)
        for name in range(classes)
        for image in ("", "one.png")
        for row in range(8)
        for column in range(8)
    ]
    return pd.DataFrame(rows, columns=["source", "class", "image", "row", "column", "fall"])


def test_a_map_a_source_and_its_table():
    found = image_importance.occlusion(pd.concat([table(source="synthetic"), table()]))
    assert [figure.title.split()[-1] for figure in found] == ["original", "synthetic"]
    assert [cell.text for cell in found[0].table.rows[0]][:2] == ["c0", "row 8, column 8"]
    assert "<svg" in vl_convert.vegalite_to_svg(found[0].spec)
    assert image_importance.occlusion(table(0)) == []


def test_of_many_classes_the_first_are_drawn_and_all_stand_in_the_table():
    (found,) = image_importance.occlusion(table(20))
    assert "The first 12 of 20 classes" in found.caption
    assert len(found.table.rows) == 20


def test_image_and_sensitive_column_are_two_bars():
    records = [
        Record(
            source="original", protocol="explanation", metric=f"{kind}:{name}", sensitive=sensitive, value=0.3, seed=0
        )
        for kind in ("shuffle_effect", "shuffle_drop")
        for name, sensitive in (("image", None), ("color", "color"))
    ]
    found = image_importance.shuffled(RecordSet(records))
    svg = vl_convert.vegalite_to_svg(found.spec)
    assert "color (sensitive)" in svg
    assert len(found.table.rows) == 4
    assert image_importance.shuffled(RecordSet()) is None


def test_the_maps_of_all_sources_have_one_scale() -> None:
    rows = [
        (source, "3", "", row, column, fall * (row == column))
        for source, fall in (("original", 0.2), ("synthetic", 0.4))
        for row in range(8)
        for column in range(8)
    ]
    table = pd.DataFrame(rows, columns=["source", "class", "image", "row", "column", "fall"])
    scales = [json.dumps(figure.spec) for figure in image_importance.occlusion(table)]
    assert all('"domain": [0, 0.4]' in spec for spec in scales)
