import numpy as np
import pytest

from core.audit.metrics import independence
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.data.groups import GroupedFrame
from tests.core.audit.tables import SCHEMA, people


def test_a_shuffled_attribute_cannot_be_told():
    train, holdout = people(800), people(800, 1)
    rng = np.random.default_rng(0)
    latents = rng.normal(size=(800, 3)), rng.normal(size=(800, 3))
    told = independence.adversaries((GroupedFrame(train, SCHEMA), GroupedFrame(holdout, SCHEMA)), latents)
    found = independence.latent_records(GroupedFrame(holdout, SCHEMA), latents[1], told, "teacher")
    adversary = RecordSet(found).one(metric="adversary_auc")
    assert adversary.low < 0.5 < adversary.high
    assert RecordSet(found).one(metric="distance_correlation_p").value > 0.05


def test_an_attribute_written_into_the_latents_is_told():
    train, holdout = people(800), people(800, 1)
    rng = np.random.default_rng(0)
    latents = [rng.normal(size=(800, 3)) + 2 * (frame["sex"] == "f").to_numpy()[:, None] for frame in (train, holdout)]
    told = independence.adversaries((GroupedFrame(train, SCHEMA), GroupedFrame(holdout, SCHEMA)), tuple(latents))
    found = independence.latent_records(GroupedFrame(holdout, SCHEMA), latents[1], told, "teacher")
    assert RecordSet(found).one(metric="adversary_auc").value > 0.9
    assert RecordSet(found).one(metric="distance_correlation").value > 0.4
    assert RecordSet(found).one(metric="distance_correlation_p").value == pytest.approx(1 / 200)


def test_distance_correlation_follows_its_definition():
    rng = np.random.default_rng(0)
    points, members = rng.normal(size=(60, 2)), rng.choice(["a", "b", "c"], 60).astype(object)
    hot = (members[:, None] == np.array(["a", "b", "c"])[None]).astype(float)

    def centred(x):
        d = np.linalg.norm(x[:, None] - x[None], axis=2)
        return d - d.mean(0) - d.mean(1)[:, None] + d.mean()

    a, b = centred(points), centred(hot)
    expected = np.sqrt((a * b).mean() / np.sqrt((a * a).mean() * (b * b).mean()))
    assert independence.distance_correlation(points, members)[0].value == pytest.approx(expected)


def test_one_group_or_one_point_is_undefined():
    alone = independence.distance_correlation(np.ones((9, 2)), np.array(["a"] * 9, object))
    same = independence.distance_correlation(np.ones((9, 2)), np.array(["a", "b", "c"] * 3, object))
    assert {part.status for part in (*alone, *same)} == {Status.UNDEFINED}


def test_several_groups_are_told_one_against_the_rest():
    schema = SCHEMA.edited("town", role="sensitive")
    found = independence.row_records(schema, people(600), "synthetic")
    assert [record.sensitive for record in RecordSet(found).where(metric="rows_adversary_auc")] == ["town", "sex"]
    town = RecordSet(found).one(metric="rows_adversary_auc", sensitive="town")
    assert "mean over groups" in town.interval
    assert abs(town.value - 0.5) < 0.1
