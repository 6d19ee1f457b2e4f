"""What a draft left open: each question keeps the declaration from being used, and is told once."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.declarations.source import Source


def open_questions(source: Source) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Say each question that is open."""
    for i, question in enumerate(source.questions):
        yield f"an open question of the draft: {question}; answer it, then take it out of questions", ("questions", i)


def asked_fields(source: Source) -> set[str]:
    """Give the fields that a question asks for: that they lack a value need not be said as well."""
    return {question.partition(":")[0] for question in source.questions}
