"""A file that no source takes, told to its sender: there is no verdict, for nobody knows what the file should be."""

from __future__ import annotations

from pipelines.artefacts import Finding
from pipelines.errors import UnknownSource
from pipelines.report.speech import Speech


def no_source(error: UnknownSource, speech: Speech) -> str:
    """Say what was not recognised, what to do, and which names are nearest, or which sources would all take it."""
    rule = speech.declared.rules["unknown-source"]
    found = Finding(rule.id, value=error.value)
    if error.several:
        said = [speech.told("several-take-it", value=speech.shown(error.value), names="; ".join(error.several))]
    else:
        said = [speech.sentence(rule, found), *filter(None, [speech.mend(rule, found)])]
    near = [speech.told("nearest-are", names="; ".join(error.near))] if error.near else []
    return f"{rule.id}: " + "\n".join(map(str, [*said, *near]))
