"""The report in a real browser with no network: every chart is drawn, nothing is logged, and no request leaves the machine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from fabricated_results import china_report, toy_report

from shidian.report import write_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH (Debian: apt-get install chromium)")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Without a name server even the browser's own errands fail at once, so that only the page's wishes are of interest.
OFFLINE = ["--host-resolver-rules=MAP * ~NOTFOUND"]


@dataclass(frozen=True)
class Visit:
    """What a browser made of a page: its elements after drawing, what was logged, and the addresses asked for."""

    elements: str
    log: str
    asked: list[str]


def visit(page: Path, width: int = 1200) -> Visit:
    folder = page.parent
    net = folder / "net.json"
    switches = [
        *QUIET,
        *OFFLINE,
        f"--user-data-dir={folder / 'profile'}",
        f"--log-net-log={net}",
        f"--window-size={width},2000",
    ]
    command = [
        CHROMIUM,
        "--headless",
        *switches,
        "--virtual-time-budget=20000",
        "--enable-logging=stderr",
        "--dump-dom",
        page.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    return Visit(done.stdout, done.stderr, addresses(json.loads(net.read_text())))


def addresses(net: dict) -> list[str]:
    """Addresses that a page asked for over the network, in a log of Chromium's; what the browser wants for itself has no origin."""
    kinds = {number: name for name, number in net["constants"]["logEventTypes"].items()}
    starts = [event.get("params", {}) for event in net["events"] if kinds[event["type"]] == "URL_REQUEST_START_JOB"]
    urls = [start.get("url", "") for start in starts if start.get("initiator") != "not an origin"]
    return [url for url in urls if re.match(r"(https?|wss?|ftp)://", url)]


@pytest.fixture(scope="module", params=["china", "toy", "phone"])
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Visit:
    inputs = toy_report() if request.param == "toy" else china_report()
    page = write_report(inputs, tmp_path_factory.mktemp(request.param) / "report.html")
    return visit(page, width=390 if request.param == "phone" else 1200)


def test_the_watch_sees_a_request(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<img src='http://outside.example/a.png'><script>console.error('heard')</script>")
    seen = visit(page)
    assert seen.asked == ["http://outside.example/a.png"]
    assert "heard" in seen.log


def test_every_chart_is_drawn(seen: Visit) -> None:
    charts = seen.elements.count('data-chart="')
    assert charts > 0
    assert seen.elements.count('data-drawn="yes"') == charts
    assert len(re.findall(r'<svg[^>]*class="marks"', seen.elements)) == charts
    assert "NaN" not in "".join(re.findall(r'<path[^>]* d="[^"]*"', seen.elements))


def test_nothing_is_logged_to_the_console(seen: Visit) -> None:
    assert not [line for line in seen.log.splitlines() if ":CONSOLE" in line]


def test_no_request_leaves_the_machine(seen: Visit) -> None:
    assert seen.asked == []
