"""The whole page as one file that loads nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path

from altair.utils.schemapi import debug_mode

from .inputs import ReportInput
from .markup import Section, Writer
from .sections import all_sections

# The page may run its own scripts (Vega builds functions from expressions) and may fetch nothing at all.
_POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"
_LICENCE = "Vega, Vega-Lite and Vega-Embed: copyright University of Washington Interactive Data Lab and others, BSD 3-Clause licence."


@dataclass(frozen=True)
class Page:
    """One self-contained page: what it is a report of, and its sections, made when it is written."""

    kind: str
    title: str
    description: str
    provenance: dict[str, str]
    sections: Callable[[], list[Section]]


def write_report(inputs: ReportInput, path: Path | str) -> Path:
    """The report of a run, as one file."""
    return write_page(_of_a_run(inputs), path)


def write_page(page: Page, path: Path | str) -> Path:
    """Writes the page beside its final name and renames it when whole, so that nobody reads half a page."""
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(as_html(page), encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def report_page(inputs: ReportInput) -> str:
    """The report of a run as HTML."""
    return as_html(_of_a_run(inputs))


def _of_a_run(inputs: ReportInput) -> Page:
    return Page("report of a run", inputs.title, inputs.description, inputs.provenance, lambda: all_sections(inputs))


def as_html(page: Page) -> str:
    """A page as HTML: its head, its sections, and the charts' library once for all charts."""
    writer = Writer()
    with debug_mode(False):  # Altair checks every part of every chart against its schema; the tests do that once
        sections = page.sections()
        body = "\n".join(writer.section(number, section) for number, section in enumerate(sections, start=1))
    scripts = "\n".join(writer.specs)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<link rel="icon" href="data:,">
<title>{escape(page.title)}</title>
<style>{_asset("page.css")}</style>
</head>
<body>
<a class="skip" href="#says">Skip to the text</a>
{_head(page)}
<div class="columns">
{_contents(sections)}
<main>
{_no_script()}
{body}
</main>
</div>
{scripts}
<script>/* {_LICENCE} */
{{{_asset("vega.js")}}}</script>
<script>{_asset("page.js")}</script>
</body>
</html>
"""


def _head(page: Page) -> str:
    made = " \u00b7 ".join(
        f"{escape(what)} {escape(str(value))}" for what, value in list(page.provenance.items())[:4]
    )
    return (
        f'<header><p class="kicker">shidian \u00b7 {escape(page.kind)}</p><h1>{escape(page.title)}</h1>'
        f'<p class="lead">{escape(page.description)}</p><p class="made">{made}</p></header>'
    )


def _contents(sections: list[Section]) -> str:
    links = "".join(f'<li><a href="#{section.key}">{escape(section.title)}</a></li>' for section in sections)
    return f'<nav aria-label="Contents"><p>Contents</p><ol>{links}</ol></nav>'


def _no_script() -> str:
    return "<noscript><p>JavaScript is off: charts are not drawn, and their figures stand in the tables that fold out.</p></noscript>"


def _asset(name: str) -> str:
    return files(__package__).joinpath("assets", name).read_text(encoding="utf-8")
