"""An audit whose classifiers are trained on a cluster has the figures of one that trains them here."""

import numpy as np

from core.audit.inputs import Latents
from core.audit.run import audit
from core.audit.steps import audit_steps
from core.downstream_classifiers import random_forest
from tests.core.audit.tables import SCHEMA, people, table_input
from tests.core.ray_nodes import RAY_WARNS, two_nodes

__all__ = ["two_nodes"]


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


def inputs():
    rng = np.random.default_rng(0)
    train, holdout, made, again = (people(n, seed, gap=1.0) for seed, n in enumerate((300, 250, 300, 300)))
    latents = Latents(*(rng.normal(size=(len(part), 2)).astype(np.float32) for part in (train, holdout)))
    return table_input(
        SCHEMA,
        train,
        holdout,
        {"synthetic": made},
        {"student": latents},
        {"synthetic": {0: made, 1: again}},
        seeds=(0, 1),
        refits=2,
    )


def test_every_training_is_sent_before_the_first_step_and_its_result_is_used_once(monkeypatch):
    monkeypatch.setattr(random_forest, "TREES", 5)
    cluster, audited = AtHand(), inputs()
    steps = list(audit_steps(audited, cluster))
    sent_ahead = len(cluster.sent)
    assert cluster.asked == 0
    here = [record for step in audit_steps(audited) for record in step.work()]
    assert [record for step in steps for record in step.work()] == here
    assert len(cluster.sent) == cluster.asked == sent_ahead
    assert all(fit.tested.empty for fit, _ in cluster.sent)


@RAY_WARNS
def test_two_nodes_give_the_same_records(two_nodes):
    assert audit(inputs(), cluster=two_nodes.address) == audit(inputs())
