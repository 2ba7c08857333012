"""A plan's typed values: read from the section tree by plain functions, each value with its words and their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pipeline.schema import PlanValue, PlanValues
from pipeline.structure.lines.model import Node
from pipeline.structure.plan_values.dates import read_periods
from pipeline.structure.plan_values.deadlines import read_deadlines
from pipeline.structure.plan_values.dossier import read_dossier
from pipeline.structure.plan_values.passages import branches
from pipeline.structure.plan_values.people import read_funding, read_participants, read_tasks
from pipeline.structure.plan_values.rewards import read_rewards
from pipeline.structure.plan_values.table_values import read_tables
from pipeline.structure.plan_values.thresholds import read_thresholds


def read_plan(nodes: Sequence[Node], subject: str | None = None) -> PlanValues | None:
    """The typed values of a section tree and the document's `subject`; None where there are none at all.

    Nothing is inferred that the words do not say: a value that is not printed is null.
    """
    found = list(branches(nodes))
    order = {branch.identity: position for position, branch in enumerate(found)}
    tables = read_tables(found)
    values = PlanValues(
        participants=read_participants(found),
        periods=read_periods(found, subject),
        deadlines=_in_order([*read_deadlines(found), *tables.deadlines], order),
        rewards=read_rewards(found),
        thresholds=_in_order([*read_thresholds(found), *tables.thresholds], order),
        dossier=read_dossier(found),
        funding=read_funding(found),
        tasks=_in_order([*read_tasks(found), *tables.tasks], order),
    )
    return values if any(getattr(values, name) for name in PlanValues.model_fields) else None


_Value = TypeVar("_Value", bound=PlanValue)


def _in_order(values: Sequence[_Value], order: Mapping[str, int]) -> list[_Value]:
    """`values` as they are printed, prose and tables together."""
    return sorted(values, key=lambda value: (order.get(value.section or "", -1), value.start))
