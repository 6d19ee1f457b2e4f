"""Great Expectations inside DuckDB: the dialect that it needs, and one call that runs a suite.

Great Expectations has no DuckDB data source; it reaches DuckDB through SQLAlchemy. It fetches results after it has
closed the connection, and a DuckDB cursor is then empty: so results are buffered when a statement has run.
"""

from __future__ import annotations

import logging
import os
import re
import uuid
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import new_class
from typing import TYPE_CHECKING, Any, ClassVar

from pipelines import engine
from pipelines.errors import LakeError, RuleNotTried
from pipelines.settings import Settings
from pipelines.validate.expected import UNEXPECTED_ROWS, Expected
from pipelines.validate.importing import large_library

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # read when it is imported; nothing is sent anywhere

with large_library(late=("scipy.stats", "altair")):  # they are for expectations about distributions: no rule is one
    import duckdb
    import duckdb_engine
    import great_expectations as gx
    import great_expectations.expectations as gxe
    from great_expectations.compatibility.pydantic import PrivateAttr
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
    from sqlalchemy.dialects import registry
    from sqlalchemy.engine import cursor
    from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import ReflectedPrimaryKeyConstraint

registry.register("duckdb.buffered", __name__, "BufferedDialect")
logging.getLogger("great_expectations").setLevel(logging.ERROR)


_FEW = 10_000  # facts that fit anywhere
_SAY_NOTHING = "column_values.nonnull.unexpected_count"

_ContextOfDuckDB: Any = duckdb_engine.Dialect.execution_ctx_cls


class _BufferedContext(_ContextOfDuckDB):  # type: ignore[misc] # untyped library
    """Fetches every result at once, before Great Expectations closes the connection."""

    def post_exec(self) -> None:
        super().post_exec()
        if self.cursor.description is not None:
            fetched = self.cursor.fetchall()
            self.cursor_fetch_strategy = cursor.FullyBufferedCursorFetchStrategy(self.cursor, initial_buffer=fetched)


class BufferedDialect(duckdb_engine.Dialect):
    """DuckDB's dialect with buffered results; SQLAlchemy finds it by its registered name."""

    execution_ctx_cls = _BufferedContext
    supports_statement_cache = True

    def connect(self, *_: Any, **options: Any) -> Any:
        """Connect as `engine.connect` does, word for word: DuckDB then shares the database that is open already."""
        return duckdb_engine.ConnectionWrapper(duckdb.connect(options["database"], config=options["config"]))

    def get_pk_constraint(self, *_: Any, **__: Any) -> ReflectedPrimaryKeyConstraint:
        """Facts have no key that DuckDB knows of: to ask for it took longer than to look at a small file's facts."""
        return {"constrained_columns": [], "name": None}


class _Kept:
    """Keeps what the library makes anew fifty times for each expectation that it tries: configuration, metrics, itself.

    Of a configuration it makes the expectation again to ask it something. That of a known batch is already all that it
    would become, so it is given as it stands.
    """

    _made: Any
    _needed: Any
    batch_id: str | None

    @property
    def configuration(self) -> Any:
        if self._made is None:
            self._made = super().configuration  # type: ignore[misc] # that of the expectation beside it
            if self.batch_id:
                self._made.to_domain_obj = lambda: self
        return self._made

    def get_validation_dependencies(self, execution_engine: Any = None, runtime_configuration: Any = None) -> Any:
        """Give the metrics that it needs: the library asks when it plans and, the same, when it judges."""
        asked = dict(runtime_configuration or {})
        if self._needed is None or self._needed[0] != asked:
            kind: Any = super()
            self._needed = asked, kind.get_validation_dependencies(execution_engine, runtime_configuration)
        return self._needed[1]

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if not name.startswith("_"):
            self._made = self._needed = None

    def copy(self, **changes: Any) -> Any:
        copied = super().copy(**changes)  # type: ignore[misc]
        copied._made = copied._needed = None  # noqa: SLF001  its own
        return copied


class _Counted(_Kept):
    """Tells how many facts fail, beside yes and no. How many say nothing is not asked: the library wants a share."""

    map_metric: ClassVar[str]
    _found: Any

    def get_validation_dependencies(self, *args: Any, **kwargs: Any) -> Any:
        needed = super().get_validation_dependencies(*args, **kwargs)
        if self._failing != _SAY_NOTHING:
            needed.metric_configurations.pop(_SAY_NOTHING, None)
        return needed

    def _validate(self, metrics: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        self._found = metrics[self._failing]
        return super()._validate({_SAY_NOTHING: 0, **metrics}, *args, **kwargs)  # type: ignore[misc]

    def metrics_validate(self, *args: Any, **kwargs: Any) -> Any:
        told = super().metrics_validate(*args, **kwargs)  # type: ignore[misc]
        told.result = {"unexpected_count": self._found}  # the library leaves it out where yes or no is asked for
        return told

    @property
    def _failing(self) -> str:
        return f"{self.map_metric}.unexpected_count"


@cache
def _kind(name: str) -> Any:
    """Give the library's expectation of this name, made our own; the library finds it by its name."""
    own = {"_made": PrivateAttr(None), "_needed": PrivateAttr(None), "_found": PrivateAttr(None)}
    return new_class(name, (_Counted, getattr(gxe, name)), exec_body=lambda body: body.update(own))


class NoUnexpectedRows(_Kept, UnexpectedRowsExpectation):
    """An unexpected-rows expectation that counts in the database. The library's own also fetches every row it finds."""

    _made: Any = PrivateAttr(None)
    _needed: Any = PrivateAttr(None)
    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    def _validate(self, metrics: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        return super()._validate({**metrics, "unexpected_rows_query.table": []}, *args, **kwargs)


@dataclass(frozen=True)
class Facts:
    """A table of facts that Great Expectations looks at, and the connection to run selectors on."""

    batch: Any
    connection: Any

    def failed(self, suite: Sequence[Expected]) -> dict[int, int | None]:
        """Run the suite; give the positions of the expectations that fail, in order.

        Each with Great Expectations' own count of failing facts; None where it does not write the SQL itself.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            of = {"batch_id": self.batch.id}
            made = [expectation(e, i, **of) for i, e in enumerate(suite)]
            asked = gx.ExpectationSuite(name="delivery", expectations=made)
            results = self.batch.validate(asked, result_format="BOOLEAN_ONLY").results
        for result in results:
            raise_if_broken(result)
        failed = {r.expectation_config.meta["position"]: r.result for r in results if not r.success}
        return {i: failed[i].get("unexpected_count") for i in sorted(failed)}

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """Run SQL on Great Expectations' own connection: a second one to the same file is not possible."""
        try:
            result = self.connection.exec_driver_sql(query)
        except DBAPIError as error:
            raise (error.orig or error) from error  # DuckDB's own, as everywhere
        return [tuple(row) for row in result.fetchall()] if result.returns_rows else []


@dataclass(frozen=True)
class Room:
    """A DuckDB file of its own that Great Expectations has open, and its connection: what is attached there it sees."""

    data_source: Any
    connection: Any

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """DuckDB's own connection: what it runs is at once there for every other one."""
        return self.connection.connection.driver_connection  # type: ignore[no-any-return]  # untyped library

    def whole_table(self, view: str, facts: int) -> Any:
        """Make the relation `view` (a query) the table `facts`, of so many; give the definition of that batch."""
        _make_facts(self.con, view, facts)
        return self.data_source.add_table_asset("facts", table_name="facts").add_batch_definition_whole_table("all")

    def facts(self, view: str, facts: int) -> Facts:
        """Let Great Expectations look at the relation `view`, which has about so many facts."""
        return Facts(self.whole_table(view, facts).get_batch(), self.connection)


@contextmanager
def room(folder: Path, settings: Settings, context: Any = None) -> Iterator[Room]:
    """Open a new DuckDB file in the folder for Great Expectations, in a context of its own or in the one given."""
    database = folder / f"validate-{uuid.uuid4().hex}.duckdb"  # a name of its own: DuckDB may still hold the last one
    spill = folder / "spill"
    context = context or _context()
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    options = {"connect_args": {"config": engine.limits(settings, spill)}}
    sources: Any = context.data_sources  # its methods are made at run time
    url = f"duckdb+buffered:///{database}"
    with engine.connect(settings, spill, str(database)):  # the file is made with our own words for a full disk
        added = sources.add_sql("delivery", connection_string=url, kwargs=options)
    sqlalchemy_engine = added.get_engine()
    try:
        with _lost_lake(settings), engine.within_means(settings), sqlalchemy_engine.connect() as connection:
            yield Room(added, connection)
    finally:
        sqlalchemy_engine.dispose()
        for left in (database, database.with_name(f"{database.name}.wal")):
            left.unlink(missing_ok=True)


def _context() -> Any:
    context: Any = gx.get_context(mode="ephemeral")
    context.variables.save = lambda: None  # three times it would write YAML of itself, which nobody reads
    return context


@contextmanager
def _lost_lake(settings: Settings) -> Iterator[None]:
    """Say as a LakeError what may come of a server that died: it looks as if a rule could not be tried."""
    try:
        yield
    except (RuleNotTried, DBAPIError) as error:
        if not settings.lake_is_elsewhere:
            raise
        mend = "if the lake could not be reached just then, it succeeds when it is done again"
        raise LakeError(f"{engine.without_values(error)}; {mend}") from error


def _make_facts(con: duckdb.DuckDBPyConnection, view: str, facts: int) -> None:
    """Make the relation of the facts. A few are read once: what a rule costs is then no more to look at them.

    A rule that cannot be tried on them is told by the view, which leads to it.
    """
    if facts <= _FEW:
        with suppress(duckdb.Error):
            con.execute(f"CREATE TABLE facts AS {view}")
            return
    _make_view(con, view)


def _make_view(con: duckdb.DuckDBPyConnection, view: str) -> None:
    """Make the relation of the facts. Each rule's condition is a line of it, so DuckDB's line leads to the rule."""
    try:
        con.execute(f"CREATE VIEW facts AS {view}")
    except duckdb.Error as error:
        found = re.search(r"^LINE (\d+):", str(error), re.MULTILINE)
        line = view.splitlines()[int(found[1]) - 1].strip() if found else view
        raise RuleNotTried(f"a rule could not be tried: {line}: {error}") from error


def expectation(expected: Expected, position: int, **told: Any) -> Any:
    """Make Great Expectations' own expectation; `told` is what a page says of it, or its batch."""
    name, arguments = expected.gx
    kind: Any = NoUnexpectedRows if name == UNEXPECTED_ROWS else _kind(name)
    meta = {"position": position, "rule": expected.rule.id}
    return kind(**arguments, **told, severity=expected.rule.severity, meta=meta)


def raise_if_broken(result: Any) -> None:
    """Raise RuleNotTried where an expectation could not be tried: it has neither failed nor been met."""
    info = result.exception_info
    raised = [info] if "raised_exception" in info else list(info.values())
    broken = next((r for r in raised if r.get("raised_exception")), None)
    if broken:
        rule = result.expectation_config.meta["rule"]
        told = engine.without_values(broken.get("exception_message"))
        raise RuleNotTried(f"rule '{rule}' could not be tried: {told}")
