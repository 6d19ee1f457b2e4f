"""Ports of this machine's loopback address."""

from __future__ import annotations

import socket


def free_port() -> int:
    """Give a port on which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
