from core.report.charts.theme import GROUP_PALETTE, PALETTE, source_colour, source_shape


def scale(encoding):
    found = encoding.to_dict()["scale"]
    return dict(zip(found["domain"], found["range"], strict=True))


def test_a_source_has_its_own_colour_and_one_from_elsewhere_that_of_such():
    found = scale(source_colour(["original", "theirs"]))
    assert found == {"original": PALETTE["original"], "theirs": PALETTE["external"]}


def test_several_sources_from_elsewhere_are_told_apart_by_colour_and_shape():
    names = [f"model {number}" for number in range(len(GROUP_PALETTE))]
    assert len(set(scale(source_colour(names)).values())) == len(names)
    assert len(set(scale(source_shape(names)).values())) == len(names)
