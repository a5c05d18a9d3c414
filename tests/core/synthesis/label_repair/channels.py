"""A label channel whose student's score has learned that of a teacher, as in a run."""

from core.data.encoding.table import CodedRows, TableEncoding
from core.events import tell_nobody
from core.synthesis.label_repair.criteria import EVERYBODY, Compared
from core.synthesis.label_repair.fitting import channel_of, distil_score, fit_score
from core.synthesis.label_repair.repair import LabelChannel
from core.synthesis.settings import LabelSettings
from models.fair_score import FairClassScores, FairScore
from models.optimiser import seeded


def fitted_channel(
    encoding: TableEncoding,
    rows: CodedRows,
    labels: LabelSettings,
    *,
    levels: int,
    compared: Compared = EVERYBODY,
    kind: type[FairScore | FairClassScores] = FairScore,
) -> LabelChannel:
    """Return the channel, not calibrated."""
    shape = (encoding.sizes, encoding.feature_index, len(encoding.groups))
    outcomes = encoding.target.size
    teacher = seeded(lambda: kind(*shape, 32, levels, outcomes), 3)
    student = seeded(lambda: kind(*shape, 16, levels, outcomes), 4)
    fit_score(encoding, rows, labels, teacher, compared=compared, seed=0, tell=tell_nobody)
    distil_score(encoding, rows, teacher, student, compared=compared, seed=1, tell=tell_nobody)
    return channel_of(encoding, rows, labels, student)
