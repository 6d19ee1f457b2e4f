"""moto's S3 as a process of its own that fails when it is told to.

s3_server.py PORT FAULT    FAULT is a file: while it is there, so many objects are still taken as it says, then each
                           is answered 500
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple


def failing(store: Any, fault: Path) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    counting = Lock()

    def is_taken() -> bool:
        with counting:
            if not fault.is_file():
                return True
            left = int(fault.read_text(encoding="utf-8"))
            fault.write_text(str(max(left - 1, 0)), encoding="utf-8")
            return left > 0

    def answer(request: dict[str, Any], respond: Any) -> Iterable[bytes]:
        if request["REQUEST_METHOD"] in {"PUT", "POST"} and not is_taken():
            respond("500 Internal Server Error", [("Content-Length", "0")])
            return []
        answered: Iterable[bytes] = store(request, respond)
        return answered

    return answer


if __name__ == "__main__":
    application = DomainDispatcherApplication(create_backend_app)
    run_simple("127.0.0.1", int(sys.argv[1]), failing(application, Path(sys.argv[2])), threaded=True)
