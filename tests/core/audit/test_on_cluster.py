"""An audit whose classifiers are trained on a cluster has the figures of one that trains them here."""

import numpy as np
import pytest

from core.audit.classifier_steps import ClassifierSteps
from core.audit.conditional_figures import ConditionalFigures
from core.audit.inputs import Latents
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.cluster import connected
from core.data.compared_groups import compared_in_rows, compared_in_tests
from core.data.groups import GroupedFrame
from tests.core.audit.tables import SCHEMA, people, table_input
from tests.core.ray_nodes import RAY_WARNS, two_nodes, without_ray_files

__all__ = ["two_nodes", "without_ray_files"]

pytestmark = pytest.mark.usefixtures("without_ray_files")


class AtHand:
    """In place of a cluster: each task is computed here, when its result is asked for."""

    def __init__(self):
        self.sent, self.asked = [], 0

    def sender(self, work, shared):
        def send(item):
            self.sent.append((shared, item))

            def result():
                self.asked += 1
                return work(shared, item)

            return result

        return send


def steps(cluster=None):
    """All steps that train classifiers: on the real rows, two draws of others, and latents."""
    train, holdout, made, again = (people(n, seed, gap=1.0) for seed, n in enumerate((200, 150, 200, 200)))
    rng = np.random.default_rng(0)
    inputs = table_input(
        SCHEMA,
        train,
        holdout,
        {"synthetic": made},
        {"student": Latents(*(rng.normal(size=(len(part), 2)).astype(np.float32) for part in (train, holdout)))},
        {"synthetic": {0: made, 1: again}},
        seeds=(0, 1),
        refits=2,
    )
    whole, real, tested = (GroupedFrame(rows, SCHEMA) for rows in (inputs.real_rows, train, holdout))
    evaluator = HoldoutEvaluator(holdout, SCHEMA, ("yes", "no"), compared_in_tests(real, tested))
    conditional = ConditionalFigures(whole, real, evaluator, compared_in_rows(real, tested))
    found = ClassifierSteps(inputs, evaluator, conditional, cluster)
    for name, examples in inputs.named().items():
        yield from found.of_rows(name, examples, "")
    yield from found.of_changes()
    yield from found.of_other_classifiers()
    yield from found.of_latents()


def records(prepared):
    return [record for step in prepared for record in step.work()]


@pytest.fixture(scope="module")
def here():
    return records(list(steps()))


def test_every_training_is_sent_before_the_first_step_and_its_result_is_used_once(here):
    cluster = AtHand()
    prepared = list(steps(cluster))
    ahead = len(cluster.sent)
    assert cluster.asked == 0
    assert records(prepared) == here
    assert len(cluster.sent) == cluster.asked == ahead
    assert all(fit.tested.empty for fit, _ in cluster.sent)


@RAY_WARNS
def test_two_nodes_give_the_same_records(two_nodes, here):
    with connected(two_nodes.address) as cluster:
        assert records(list(steps(cluster))) == here
