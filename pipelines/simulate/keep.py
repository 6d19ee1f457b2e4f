"""The truth as Parquet, and the key: what each file must come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.declarations.source import Source
from pipelines.simulate.corpus import Corpus
from pipelines.simulate.simulated import Simulated, Written
from pipelines.simulate.write import put

if TYPE_CHECKING:
    import pyarrow as pa

KEY = "key.yaml"


def keep_truth(facts: pa.Table, source: Source, folder: Path) -> Path:
    """Write the facts of a source as `<folder>/<iso2>/<name>.parquet`, each field with its own type."""
    import pyarrow.parquet as pq  # noqa: PLC0415  heavy

    target = folder / f"{source.source}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(facts, target)
    return target


def keep_key(simulated: Simulated, folder: Path, seed: int, weeks: int) -> None:
    """Write down, for every file, what must become of it and which cells were spoiled."""
    key = {
        "seed": seed,
        "weeks": weeks,
        "deliveries": [_entry(written, folder) for written in simulated.deliveries],
        "late": list(simulated.late),
        "unrecognised": [path.relative_to(folder).as_posix() for path in simulated.unrecognised],
    }
    _put(key, simulated.truth / KEY)


def keep_corpus_key(written: Corpus, folder: Path, truth: Path, seed: int, weeks: int, scale: float) -> None:
    """Write down every file of a corpus in the order in which they are sent, with what must become of its facts."""
    deliveries = [
        {
            "source": sent.source,
            "file": sent.path.relative_to(folder).as_posix(),
            "sent_on": sent.sending.on.isoformat(),
            "as_of": sent.sending.as_of.isoformat(),
            "rows": sent.rows,
            "facts": dict(sent.facts_by_fate),
            "truth": sent.truth.relative_to(truth).as_posix(),
        }
        for sent in written.sent
    ]
    _put({"seed": seed, "weeks": weeks, "scale": scale, "deliveries": deliveries}, truth / KEY)


def _put(key: Mapping[str, Any], target: Path) -> None:
    import yaml  # noqa: PLC0415  only where a key is written

    put(yaml.safe_dump(dict(key), allow_unicode=True, sort_keys=False, width=120).encode(), target)


def _entry(written: Written, folder: Path) -> dict[str, Any]:
    faults = [asdict(fault) for fault in written.faults]
    return {
        "source": written.source,
        "file": written.path.relative_to(folder).as_posix(),
        "rows": written.rows,
        "facts": dict(written.facts_by_fate),
        "decision": written.decision,
        "faults_by_rule": dict(sorted(Counter(fault.rule for fault in written.faults).items())),
        "faults": faults,
    }
