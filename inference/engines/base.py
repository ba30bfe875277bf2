"""What an engine is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from inference.runner import Report, Runner

if TYPE_CHECKING:
    import threading

    from inference.graph import GraphModel, Model


class Engine(Protocol):
    """Turns a model into a runner, once it is prepared."""

    name: str

    def prepare(self, report: Report, cancel: threading.Event) -> None:
        """Make ready what ``load`` needs; may build for seconds. Safe on any thread.

        Raises EngineError when the engine cannot be used here, or when ``cancel`` is set.
        """

    def load(self, model: Model) -> Runner:
        """A runner with the weights in the engine's own layout. Needs a prepared engine.

        Safe on any thread; the runner then belongs to one at a time, and dropping it frees it.
        An engine that runs plain MLPs alone gives a graph to NumPy; ``Runner.engine`` says so.
        One that has to compile this model first gives a ``Provisional``.
        """


def graph_runner(model: GraphModel) -> Runner:
    """A general graph on NumPy; its operators are imported when there is one to run."""
    from .graph_runner import GraphRunner

    return GraphRunner(model)
