"""Great Expectations' own pages, Data Docs, for one delivery: which expectations were tried, and which failed.

They are made of another run of the suite, which says yes or no and nothing else (BOOLEAN_ONLY), so that no value of a
person can come into them. As Great Expectations writes them they would fetch scripts, styles and a counting picture
from other hosts whenever somebody opens one; here they are made to need nothing but themselves.
"""

from __future__ import annotations

import re
import shutil
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipelines.artefacts import Harmonised, Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.errors import NoFacts, StoreError
from pipelines.settings import Settings
from pipelines.validate.beside import Beyond, look_beside
from pipelines.validate.expected import Expected
from pipelines.validate.gx_duckdb import expectation, raise_if_broken, room
from pipelines.validate.suite import expectations, facts_view

__all__ = ["data_docs"]

_STYLE = Path(__file__).with_suffix(".css")
_CONSEQUENCE = {
    "reject": "a fact that breaks it is not published",
    "hold": "the delivery waits for a person",
    "refuse": "nothing of the delivery is published",
    "flag": "a fact that breaks it is published, with this rule's id beside it",
    "note": "told, and nothing follows",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_FROM_ELSEWHERE = re.compile(r"<script\b.*?</script>|<link\b[^>]*>|<img\b[^>]*>", re.DOTALL)
_NOT_COUNTED = re.compile(r"unknown % (?:not )?null")


def data_docs(verdict: Verdict, source: Source, declared: Declarations, settings: Settings, folder: Path) -> Path:
    """Build the site of a delivery in `folder`, which is new or empty; give the path of its index.html.

    Raises NoFacts for a delivery that was refused before there was anything to look at.
    """
    if verdict.harmonised is None:
        told = "the delivery was refused before it had facts, so Great Expectations has looked at nothing"
        raise NoFacts(f"{told}; the verdict without --data-docs says what is wrong with the file")
    if folder.is_dir() and any(folder.iterdir()):
        raise StoreError(f"{folder} is not empty; name a new folder for the Data Docs of this delivery")
    with TemporaryDirectory(prefix="salamat-", ignore_cleanup_errors=True) as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's own, about its settings
        site = _built(verdict.harmonised, verdict, source, declared, settings, Path(scratch))
        for page in site.rglob("*.html"):
            page.write_text(_self_contained(page.read_text(encoding="utf-8")), encoding="utf-8")
        _list_pages(site)
        return _moved(site, folder)


def _built(
    harmonised: Harmonised,
    verdict: Verdict,
    source: Source,
    declared: Declarations,
    settings: Settings,
    scratch: Path,
) -> Path:
    """Run the suite in a context that lives in a folder, as Data Docs need one, and let it write its pages."""
    import great_expectations as gx  # noqa: PLC0415  only after gx_duckdb has switched its analytics off

    context = gx.get_context(mode="file", project_root_dir=scratch)
    seen = Beyond(lake=verdict.snapshot is not None, snapshot=verdict.snapshot)  # as the verdict saw it
    delivery_id = harmonised.extract.delivery.delivery_id
    with room(scratch, settings, context) as opened:
        beside = look_beside(opened.con, harmonised, source, declared, settings, seen)
        suite = expectations(harmonised, source, declared, beside)
        facts = opened.whole_table(facts_view(suite, harmonised, source, declared), harmonised.facts)
        failed = [c.failed or 0 for c in verdict.checks[: len(suite)]]  # a verdict's checks begin with the suite's
        told = [expectation(e, i, **_told(e, failed[i])) for i, e in enumerate(suite)]
        asked = context.suites.add(gx.ExpectationSuite(name=source.source.replace("/", "__"), expectations=told))
        defined = context.validation_definitions.add(gx.ValidationDefinition(name=delivery_id, data=facts, suite=asked))
        run = gx.RunIdentifier(run_name=delivery_id)
        for result in defined.run(result_format="BOOLEAN_ONLY", run_id=run).results:
            raise_if_broken(result)
    site = scratch / "site"
    _write_pages(context, site)
    return site


def _told(expected: Expected, failed: int) -> dict[str, Any]:
    """Say what an expectation is about: the rule's id and sentence on the line, what follows and who says so below."""
    rule, about = expected.rule, f" ({expected.field})" if expected.field else ""
    known = {"field": expected.field or "a field"}
    sentence = _PLACEHOLDER.sub(lambda found: known.get(found[1], "\u2026"), rule.sentence.en)
    count = f" {failed} {'fact breaks' if failed == 1 else 'facts break'} it." if failed else ""
    notes = [f"{rule.consequence}: {_CONSEQUENCE[rule.consequence]}."]
    notes += [f"To mend: {rule.mend.en}"] if rule.mend else []
    return {"description": f"{rule.id}{about}: {sentence}{count}", "notes": [*notes, f"From: {rule.source}"]}


def _write_pages(context: Any, site: Path) -> None:
    styles = Path(context.root_directory) / "plugins" / "custom_data_docs" / "styles"
    shutil.copy(_STYLE, styles / "data_docs_custom_styles.css")
    context.delete_data_docs_site("local_site")
    where = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(site)}
    index = {"class_name": "DefaultSiteIndexBuilder"}
    asked = {"class_name": "SiteBuilder", "store_backend": where, "site_index_builder": index}
    context.add_data_docs_site("salamat", {**asked, "show_how_to_buttons": False})
    context.build_data_docs(site_names=["salamat"])


def _self_contained(page: str) -> str:
    """Take out what the page would fetch from other hosts, and the percentages that were not counted."""
    return _NOT_COUNTED.sub("--", _FROM_ELSEWHERE.sub("", page))


def _list_pages(site: Path) -> None:
    """Name the pages in the index, which a script would have done."""
    titles = {"validations": "What came of each expectation", "expectations": "What is expected, what follows and why"}
    pages = [(kind, page.relative_to(site).as_posix()) for kind in titles for page in site.glob(f"{kind}/**/*.html")]
    listed = "".join(f'<li><a href="{page}">{titles[kind]}</a></li>' for kind, page in pages)
    index = site / "index.html"
    index.write_text(index.read_text(encoding="utf-8").replace("</body>", f"<ul>{listed}</ul></body>"), "utf-8")


def _moved(site: Path, folder: Path) -> Path:
    try:
        shutil.copytree(site, folder, dirs_exist_ok=True)
    except OSError as error:
        raise StoreError(f"the Data Docs could not be written to {folder}: {error}; name another folder") from error
    return folder / "index.html"
