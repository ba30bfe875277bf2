"""What is told of every request: metrics, a line of the log, and a trace where one is wanted."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from .computing import Answer
from .metrics import Metrics
from .problem import Problem
from .served import Served
from .traces import Record

_LOG = logging.getLogger("stridescope.serve")


class Monitor:
    """metrics: where is counted. trace: records a request, and gives the id of its trace."""

    def __init__(self, metrics: Metrics, trace: Record | None = None) -> None:
        self._metrics, self._trace = metrics, trace

    def answered(
        self,
        model: Served,
        answer: Answer,
        stages: Mapping[str, float],
        took_s: float,
        headers: Mapping[str, str],
    ) -> None:
        """A request to ``model`` that came with ``headers``; ``stages``: seconds of each."""
        self._metrics.answered(model.name, stages, took_s)
        facts: dict[str, object] = {
            "model": model.name,
            "rows": answer.rows,
            "batch": answer.batch,
            "ms": round(1e3 * took_s, 3),
            **{f"{stage}_ms": round(1e3 * seconds, 3) for stage, seconds in stages.items()},
        }
        if self._trace is not None:
            facts["trace"] = self._trace(facts, stages, headers)
        _LOG.info("answered", extra={"facts": facts})

    def refused(self, problem: Problem, method: str, path: str) -> None:
        """A request that was answered with an error."""
        self._metrics.refused(problem.kind)
        facts = {
            "kind": problem.kind,
            "status": problem.status,
            "method": method[:20],
            "path": path[:200],
            "error": problem.text[:500],
        }
        _LOG.warning("refused", extra={"facts": facts})
