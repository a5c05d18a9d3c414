import numpy as np
import pytest

from core.audit.explain.projections import METHODS, latent_projection, project, table_clouds
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.errors import ConfigError, DataError
from tests.core.audit.tables import SCHEMA, people

RNG = np.random.default_rng(0)
TEACHER = RNG.normal(size=(400, 4)).astype(np.float32)
GROUPS = np.where(RNG.random(400) < 0.4, "f", "m").astype(object)
QUICK = [
    pytest.param(name, marks=[pytest.mark.slow] if name == "umap" else [])  # its compiler takes tens of seconds
    for name in METHODS
]


def of_latents(student, method="pca", rows=400):
    return latent_projection({"teacher": TEACHER[:rows], "student": student[:rows]}, GROUPS[:rows], method)


def test_a_faithful_student_lies_on_its_teacher():
    made = of_latents(TEACHER + RNG.normal(0, 0.05, TEACHER.shape))
    assert RecordSet(made.records).one(metric="pair_distance").value < 0.1
    told = RecordSet(made.records).one(metric="c2st_auc")
    # With its pair in the other cloud, a row would be taken for the wrong one and the AUC fall far below .5.
    assert told.low < 0.5 < told.high
    assert {record.source for record in made.records} == {"student"}


def test_a_strangers_latents_are_no_nearer_than_strangers():
    pair = RecordSet(of_latents(RNG.permutation(TEACHER)).records).one(metric="pair_distance")
    assert pair.low < 1 < pair.high


def test_a_shifted_student_is_told_apart():
    assert RecordSet(of_latents(TEACHER + 2).records).one(metric="c2st_auc").low > 0.8


@pytest.mark.parametrize("method", QUICK)
def test_one_fit_holds_both_clouds_and_comes_out_the_same_again(method):
    made, again = (of_latents(TEACHER + 20, method, 60) for _ in range(2))
    assert made.points.equals(again.points)
    assert list(made.points.columns) == ["x", "y", "source", "group"]
    assert made.points["source"].value_counts().to_dict() == {"teacher": 60, "student": 60}
    assert np.isfinite(made.points[["x", "y"]].to_numpy()).all()
    # Two fits would lay both clouds on one another.
    means = made.points.groupby("source")[["x", "y"]].mean()
    spread = made.points.groupby("source")[["x", "y"]].std().to_numpy().max()
    assert np.linalg.norm(means.loc["teacher"] - means.loc["student"]) > spread
    assert set(made.points["source"][:20]) == {"teacher", "student"}


@pytest.mark.parametrize("method", QUICK)
def test_the_fewest_rows_and_a_single_latent_can_be_drawn(method):
    made = latent_projection({"teacher": TEACHER[:10, :1], "student": TEACHER[10:20, :1]}, GROUPS[:10], method)
    assert len(made.points) == 20
    assert RecordSet(made.records).one(metric="c2st_auc").status is Status.UNDEFINED


def test_the_same_rows_are_drawn_of_every_encoder():
    many = RNG.normal(size=(1500, 2))
    made = latent_projection({"teacher": many, "student": many}, ["a"] * 1500, "pca")
    clouds = [found[["x", "y"]].sort_values(["x", "y"]) for _, found in made.points.groupby("source")]
    assert [len(cloud) for cloud in clouds] == [1000, 1000]
    assert clouds[0].to_numpy() == pytest.approx(clouds[1].to_numpy())


def test_tables_lie_in_the_distance_space_with_their_groups():
    train, other = people(300), people(250, 1)
    shifted = other.assign(pay=other["pay"] + 40)
    made = project(table_clouds(SCHEMA, train, {"original": train, "synthetic": other, "theirs": shifted}), "pca")
    assert set(made.points["group"]) == {"f", "m"}
    alike, apart = made.records
    assert alike.source == "synthetic"
    assert alike.low < 0.5 < alike.high
    assert apart.low > 0.9


def test_without_sensitive_columns_all_rows_are_one_group():
    schema = SCHEMA.edited("sex", role="feature")
    made = project(table_clouds(schema, people(40), {"original": people(40), "synthetic": people(40, 1)}), "pca")
    assert made.points["group"].nunique() == 1


def broken(value):
    return np.where(np.arange(400)[:, None] == 3, value, TEACHER)


@pytest.mark.parametrize(
    ("latents", "labels", "words"),
    [
        ({"teacher": TEACHER[:9], "student": TEACHER[:9]}, GROUPS[:9], "at least 10"),
        ({"teacher": TEACHER, "student": broken(np.nan)}, GROUPS, "'student' holds values that are not finite"),
        ({"teacher": broken(np.inf), "student": TEACHER}, GROUPS, "'teacher' holds values that are not finite"),
        ({"teacher": TEACHER, "student": TEACHER[:, :2]}, GROUPS, "shape"),
        ({"teacher": TEACHER, "student": TEACHER}, GROUPS[:9], "9 group labels for 400"),
        ({"teacher": TEACHER}, GROUPS, "two sources"),
        ({"teacher": np.ones((20, 2)), "student": np.ones((20, 2))}, GROUPS[:20], "equal"),
    ],
)
def test_bad_latents_are_refused_in_one_sentence(latents, labels, words):
    with pytest.raises(DataError, match=words) as error:
        latent_projection(latents, labels, "pca")
    assert str(error.value).count(".") == 1


def test_an_unknown_projection_and_too_few_rows_are_refused():
    with pytest.raises(ConfigError, match="'pca', 'tsne', 'umap'"):
        of_latents(TEACHER, "lda")
    with pytest.raises(DataError, match="'synthetic' has 4 rows"):
        project(table_clouds(SCHEMA, people(40), {"original": people(40), "synthetic": people(4)}), "pca")
