"""The child's side: the work is done under limits, and the answer is said on the output."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable

from pipelines.child.answer import Answer, answer_text
from pipelines.child.limits import Limits, limit
from pipelines.errors import Refused

NO_MEMORY, TOO_MUCH_WRITTEN, NO_ROOM = 3, 4, 5  # how a child ends that could not answer
_WRITING = {errno.EFBIG: TOO_MUCH_WRITTEN, errno.ENOSPC: NO_ROOM}


def serve(work: Callable[[], Answer], most: Limits) -> int:
    """Do the work; 0 is an answer, any other number says why there is none."""
    limit(most)
    try:
        answer = work()
    except Refused as refused:
        answer = Answer(refused.findings)
    except MemoryError:
        return NO_MEMORY
    except OSError as error:
        if error.errno not in _WRITING:
            raise
        return _WRITING[error.errno]
    sys.stdout.write(answer_text(answer))
    return 0
