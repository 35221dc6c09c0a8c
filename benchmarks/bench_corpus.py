"""How fast documents are read, identified, measured and traced, beside what one would write in an afternoon.

    python benchmarks/bench_corpus.py                  the shared texts, in one process
    python benchmarks/bench_corpus.py --documents 10000 30000 100000 --work FOLDER
                                                       tables of so many documents from end to end: read, interrupted once, and continued; measured; traced

The naive peers are run in the same process on the same texts: the first pattern for a number, a date and a body, each term counted by `str.count`; and passages by a
plain index of every 16th hash of 30 characters. They find less and are no rivals, only a scale. Needs ../shared/corpus.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parent))
from many_documents import SHARED, raws, write_many
from timing import timed

RESULTS = Path(__file__).with_name("results") / "corpus.json"
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,10}[〔\[（(](?:19|20)\d\d[〕\]）)]\d+号")
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_BODY = re.compile(r"[\u4e00-\u9fff]{2,12}(?:人民政府|国务院|委员会|[厅局部])")
STEP, GRAM = 16, 30
LOAD = round(os.getloadavg()[0], 2)


def one_process(repeats: int = 5) -> list[dict[str, object]]:
    """The shared texts, read once, then worked on in one process; processor seconds, medians."""
    from shidian.corpus.copies import sketch
    from shidian.corpus.identify.document import identify
    from shidian.corpus.says import what_it_says
    from shidian.corpus.terms import load_terms

    held = list(raws())
    texts, sets = [each.text for each in held], load_terms()
    rows = [identify(each)[0] for each in held]
    table = pa.table({name: [row[name] for row in rows] for name in ("id", "title", "text", "kind")})
    words = [word for one in sets.values() for word in one.words]

    def ours() -> None:
        what_it_says(table, sets)
        for each in held:
            identify(each)

    def naive() -> None:
        for text in texts:
            _NUMBER.search(text), _DATE.findall(text), _BODY.search(text), [text.count(word) for word in words]

    works: dict[str, Callable[[], object]] = {
        "identify and measure": ours,
        "identify": lambda: [identify(each) for each in held],
        "measure": lambda: what_it_says(table, sets),
        "sketch for copies": lambda: sketch(texts),
        "one pattern a field, str.count a term": naive,
        "passages by a plain index in Python": lambda: plain_passages(texts),
    }
    found = [row(name, len(held), work, repeats) for name, work in works.items()]
    return [*found, row("trace, with reading the store", len(held), tracing(), repeats)]


def all_cores(repeats: int = 5) -> dict[str, object]:
    """The shared texts, identified and measured by one process a core, each on its share; the texts are read and the processes warm before."""
    from shidian.corpus.processes import pool

    cores = os.cpu_count() or 1
    with pool(cores, _hold_share, cores) as processes:
        counts = sum(processes.map(_work_on_share, range(cores)))
        times = timed(lambda: list(processes.map(_work_on_share, range(cores))), repeats)
    return {"what": "identify and measure, one process a core", "cores": cores, "documents": counts, "wall_s": round(times.median, 2), "a_second": round(counts / times.median)}


_held: list = []


def _hold_share(cores: int) -> None:
    """Every process holds all texts, so that it can take whichever share it is given."""
    _held[:] = [list(raws()), cores]


def _work_on_share(share: int) -> int:
    from shidian.corpus.identify.document import identify
    from shidian.corpus.says import what_it_says
    from shidian.corpus.terms import load_terms

    held, cores = _held
    own = held[share::cores]
    rows = [identify(each)[0] for each in own]
    what_it_says(pa.table({name: [row[name] for row in rows] for name in ("id", "title", "text", "kind")}), load_terms())
    return len(own)


def tracing() -> Callable[[], object]:
    """Tracing the shared texts in a store of their own; what it has learned of formulas is forgotten before each time."""
    from shidian.corpus.building import Reading, read_documents
    from shidian.corpus.formulas import _is_formula
    from shidian.corpus.trace import trace

    store = read_documents(Reading((SHARED,)), Path(tempfile.mkdtemp()) / "store")

    def work() -> None:
        _is_formula.cache_clear()
        trace(store)

    return work


def row(name: str, documents: int, work: Callable[[], object], repeats: int) -> dict[str, object]:
    """Median processor and wall seconds of some work, and documents a processor second."""
    times = timed(work, repeats)
    return {"what": name, "documents": documents, "processor_s": round(times.cpu, 2), "wall_s": round(times.median, 2), "a_processor_second": round(documents / times.cpu)}


def plain_passages(texts: list[str]) -> dict[tuple[int, int], int]:
    """Pairs of texts by how many of every 16th hash of 30 characters they share."""
    index: dict[int, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for key in {hash(text[at : at + GRAM]) for at in range(len(text) - GRAM + 1)}:
            if key % STEP == 0:
                index[key].append(number)
    pairs: dict[tuple[int, int], int] = defaultdict(int)
    for numbers in index.values():
        if 1 < len(numbers) <= 50:
            for at, one in enumerate(numbers):
                for other in numbers[at + 1 :]:
                    pairs[one, other] += 1
    return pairs


# --- from end to end ----------------------------------------------------------------------------------------------------


def end_to_end(count: int, work: Path, only: list[str]) -> list[dict[str, object]]:
    """The three commands on a table of `count` documents; reading is interrupted after a part of its time and continued."""
    table, store = work / f"many-{count}.csv", work / f"store-{count}"
    size = table.stat().st_size if table.exists() else write_many(table, count)
    rows = [reading(table, store, count, size)] if "read" in only else []
    for name in ("measure", "trace"):
        if name in only:
            folder = work / f"{name}-{count}"
            shutil.rmtree(folder, ignore_errors=True)
            done = commanded([name, str(store), "--out", str(folder), "--json"])
            rows.append({"what": name, "wall_s": done["wall_s"], "processor_s": done["processor_s"], "peak_mb": done["peak_mb"]})
    return [{"documents": count, "load_before": LOAD, **row, "a_second": round(count / row["wall_s"]), "a_processor_second": round(count / row["processor_s"])} for row in rows]


def reading(table: Path, store: Path, count: int, size: int) -> dict[str, object]:
    """A table read into a store, interrupted once and continued."""
    for old in (store, store.with_name(store.name + ".reading")):
        shutil.rmtree(old, ignore_errors=True)
    read = ["read", str(table), "--out", str(store), "--json"]
    first = commanded(read, stop_after=max(5.0, count / 3000))
    second = commanded(read)
    assert first["stopped"] and second["returned"]["documents"] == count, (first, second)
    return {
        "what": "read, interrupted once", "megabytes": round(size / 1e6), "wall_s": round(first["wall_s"] + second["wall_s"], 1), "interrupted_after_s": first["wall_s"], "processor_s": round(first["processor_s"] + second["processor_s"], 1),
        "peak_mb": max(first["peak_mb"], second["peak_mb"]), "copies": second["returned"]["copies"],
    }  # fmt: skip


def commanded(arguments: list[str], stop_after: float | None = None) -> dict:
    """One command: wall and processor seconds, the most memory of its processes together, and what it printed; interrupted if asked."""
    start, before = time.perf_counter(), _processor()
    running = subprocess.Popen([sys.executable, "-m", "shidian", "corpus", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True, preexec_fn=_hearing)
    most = [0.0]
    watching = threading.Thread(target=_watch, args=(running, most), daemon=True)
    watching.start()
    try:
        printed, _ = running.communicate(timeout=stop_after)
        stopped = False
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGINT)
        printed, _ = running.communicate()
        stopped = True
    wall = round(time.perf_counter() - start, 1)
    if running.returncode and not stopped:
        raise SystemExit(f"shidian corpus {' '.join(arguments)} ended with {running.returncode}")
    return {"wall_s": wall, "processor_s": round(_processor() - before, 1), "peak_mb": round(most[0] / 1e6), "stopped": stopped, "returned": None if stopped else json.loads(printed)}


def _hearing() -> None:
    """A command hears interrupts also where this process was started in the background, which does not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _processor() -> float:
    """Processor seconds of all commands that have ended, with their workers."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(running: subprocess.Popen, most: list[float]) -> None:
    """Memory of a command and its workers (proportional share of what they have in common), looked at a few times a second."""
    while running.poll() is None:
        most[0] = max(most[0], sum(_memory(each) for each in Path("/proc").iterdir() if each.name.isdigit() and _session(each) == running.pid))
        time.sleep(0.3)


def _session(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[3])
    except (OSError, ValueError):
        return -1


def _memory(process: Path) -> float:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((1024.0 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0.0)


def main() -> None:
    """Print every measurement as a line of JSON and keep them all."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--documents", type=int, nargs="+", help="sizes of tables that are worked on from end to end; without it only the shared texts")
    asked.add_argument("--work", type=Path, help="a folder for the tables and stores, to be removed by hand; default: a temporary one")
    asked.add_argument("--only", nargs="+", default=["read", "measure", "trace"], choices=["read", "measure", "trace"], help="these commands; what they need must lie in --work")
    chosen = asked.parse_args()
    if not SHARED.is_dir():
        print(f"{SHARED} is not here; the benchmark of documents needs the shared ones and is left out.")
        return
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    if not chosen.documents:
        known["one process"] = {"cores": os.cpu_count(), "load_before": LOAD, "rows": one_process()}
        known["one process a core"] = {"load_before": LOAD, **all_cores()}
        print(json.dumps(known["one process a core"], ensure_ascii=False))
        print(json.dumps(known["one process"], ensure_ascii=False, indent=1))
    for count in chosen.documents or ():
        with tempfile.TemporaryDirectory() as folder:
            rows = end_to_end(count, chosen.work or Path(folder), chosen.only)
        for row in rows:
            known.setdefault("end to end", {}).setdefault(str(count), {})[row["what"].split(",")[0]] = row
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
