"""schemas/ and expectations/ as frozen, typed values, and what is compiled from them."""

from pipelines.declarations.load import Declarations, load_declarations

__all__ = ["Declarations", "load_declarations"]
