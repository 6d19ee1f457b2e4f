"""What the tests of validate share: the real declarations."""

from __future__ import annotations

import pytest

from pipelines.declarations import Declarations, load_declarations


@pytest.fixture(scope="session")
def declared() -> Declarations:
    """Everything in schemas/ and expectations/."""
    return load_declarations()
