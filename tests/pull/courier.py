"""A courier for tests: a declared source, a home of its own, and what it said on the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pipelines.declarations.arrives import Arrives
from pipelines.declarations.source import Source
from pipelines.pull import Line, pull
from pipelines.settings import Settings
from pipelines.watermarks import Watermark, Watermarks

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass
class Courier:
    """Pulls one source over one line, again and again."""

    source: Source
    line: Line
    settings: Settings
    watermarks: Watermarks
    said: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """The arrival folder of the source."""
        return self.settings.arrivals / self.source.source

    def pull(self) -> dict[str, bytes]:
        """Pull, give what was brought by name, and take it away as the watcher of arrivals does."""
        brought = pull(self.source, self.line, self.folder, self.watermarks, self.settings, NOW, self.said.append)
        found = {file.name: file.read_bytes() for file in brought}
        for file in brought:
            file.unlink()
        return found

    def lying(self) -> list[str]:
        """The names that lie in the folder, its lock apart."""
        return sorted(f.name for f in self.folder.iterdir() if f.name != ".pull.lock")

    def mark(self, path: str) -> Watermark | None:
        """The newest watermark of a path."""
        return self.watermarks.last(self.source.source, path)

    def over(self, line: Line) -> Courier:
        """The same courier, sent over another line."""
        return replace(self, line=line)

    def declared(self, **verbs: str) -> Courier:
        """The same courier, of a source that says this of its arrival."""
        said = self.source.arrives.model_dump(exclude_unset=True) | verbs
        return replace(self, source=self.source.model_copy(update={"arrives": Arrives.model_validate(said)}))

    def limited(self, max_file_bytes: int) -> Courier:
        """The same courier, where files may not be longer."""
        return replace(self, settings=replace(self.settings, max_file_bytes=max_file_bytes))


def courier(home: Path, line: Line, path: str) -> Courier:
    """Send a courier for the path at the other end of the line."""
    arrives = {"by": "pull", "over": line.scheme, "connection": "ministry", "path": path, "matching": "*.csv"}
    said = {"source": "tr/pulled", "title": "Pulled", "table": "case_counts", "language": ["en"]}
    source = Source.model_validate({**said, "arrives": {**arrives, "cron": "0 12 * * *"}})
    settings = Settings.from_environment({"SALAMAT_HOME": str(home), "SALAMAT_SETTLE_SECONDS": "0.01"})
    return Courier(source, line, settings, Watermarks(settings))
