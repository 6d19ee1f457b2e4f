"""The sources are measured one beside the other, each in a home of its own, in as many processes as there are cores."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from accuracy.again import deliveries_again
from accuracy.beside import deliveries_beside
from accuracy.clean import clean_deliveries
from accuracy.faulty import faulty_deliveries
from accuracy.score import Score
from pipelines.declarations import Declarations, load_declarations
from pipelines.settings import Settings
from pipelines.simulate.asked import asked_of
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

Told = Callable[[str, Score], None]


@dataclass(frozen=True)
class Plan:
    """What is simulated for each source, and where its files, keys and lakes lie."""

    folder: Path
    weeks: int = 4
    deliveries: int = 3
    scale: float = 0.05
    seed: int = 1
    faults: bool = True

    def settings(self, source: str, kind: str) -> Settings:
        """Give a home of the source's own. Each process has one thread: there are as many of them as cores."""
        home = self.folder / kind / source
        return Settings.from_environment({"SALAMAT_HOME": str(home), "SALAMAT_THREADS": "1"})


def measure(plan: Plan, sources: Sequence[str], processes: int, told: Told) -> dict[str, Score]:
    """Give the score of each source; `told` hears of each one as soon as it is done."""
    scores = dict[str, Score]()
    with _pool(min(processes, len(sources))) as pool:
        asked = {pool.submit(measure_source, plan, name): name for name in sources}
        for done in as_completed(asked):
            scores[asked[done]] = _score(done, asked[done])
            told(asked[done], scores[asked[done]])
    return {name: scores[name] for name in sources}


def measure_source(plan: Plan, name: str) -> Score:
    """Measure one source: its clean deliveries, then every fault that it can have."""
    declared, worlds = _world(plan.weeks, plan.seed, plan.scale)
    asked, score = asked_of(declared.sources[name], worlds), Score()
    score.add(clean_deliveries(asked, plan.deliveries, plan.folder, plan.settings(name, "clean-home")))
    if plan.faults:
        score.add(faulty_deliveries(asked, plan.folder, plan.settings(name, "faulty-home")))
        score.add(deliveries_beside(asked, plan.folder, plan.settings(name, "beside-home")))
        score.add(deliveries_again(asked, plan.folder, plan.settings(name, "again-home")))
    return score


@lru_cache(maxsize=1)
def _world(weeks: int, seed: int, scale: float) -> tuple[Declarations, Worlds]:
    """Read the declarations and draw the epidemics once in each process."""
    declared = load_declarations()
    return declared, Worlds(declared, Window(weeks), seed, scale)


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes that begin afresh: one that is forked would share the database's threads. What waits is let go."""
    pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _score(done: Future[Score], name: str) -> Score:
    """Give the score of a source; where it broke off that is told, and the other sources are measured all the same."""
    error = done.exception()
    return done.result() if error is None else Score(broken=1, told=[f"{name}: {type(error).__name__}: {error}"])
