"""A plan's typed values: read from the section tree by plain functions, each value with its words and their place."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.schema import PlanValues
from pipeline.structure.lines.model import Node
from pipeline.structure.plan_values.dates import read_periods
from pipeline.structure.plan_values.deadlines import read_deadlines
from pipeline.structure.plan_values.dossier import read_dossier
from pipeline.structure.plan_values.passages import branches
from pipeline.structure.plan_values.people import read_funding, read_participants, read_tasks
from pipeline.structure.plan_values.rewards import read_rewards
from pipeline.structure.plan_values.thresholds import read_thresholds


def read_plan(nodes: Sequence[Node], subject: str | None = None) -> PlanValues | None:
    """The typed values of a section tree and the document's `subject`; None where there are none at all.

    Nothing is inferred that the words do not say: a value that is not printed is null.
    """
    found = list(branches(nodes))
    values = PlanValues(
        participants=read_participants(found),
        periods=read_periods(found, subject),
        deadlines=read_deadlines(found),
        rewards=read_rewards(found),
        thresholds=read_thresholds(found),
        dossier=read_dossier(found),
        funding=read_funding(found),
        tasks=read_tasks(found),
    )
    return values if any(getattr(values, name) for name in PlanValues.model_fields) else None
