"""salamat: ministries' extracts become harmonised, validated, queryable tables. Start reading at `flow.py`."""

__version__ = "0.1.0"
