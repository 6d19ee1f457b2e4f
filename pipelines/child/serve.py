"""The child's side: the work is done under limits, and the answer is said on the output."""

from __future__ import annotations

import sys
from collections.abc import Callable

from pipelines.child.answer import Answer, answer_text
from pipelines.child.limits import limits
from pipelines.errors import Refused

_NO_MEMORY = 3


def serve(work: Callable[[], Answer], most_seconds: int, most_memory: int) -> int:
    """Do the work; 0 is an answer, 3 is a want of memory."""
    limits(most_seconds, most_memory)
    try:
        answer = work()
    except Refused as refused:
        answer = Answer(refused.findings)
    except MemoryError:
        return _NO_MEMORY
    sys.stdout.write(answer_text(answer))
    return 0
