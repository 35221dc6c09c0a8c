"""How fast documents are read and identified, on the shared texts, beside a plain scan of the same texts.

    python benchmarks/bench_corpus.py --quick          the shared texts once
    python benchmarks/bench_corpus.py                  the shared texts, repeated to 100,000 documents, read from end to end, interrupted once

Times are of processor seconds of one process (others on the machine do not count) and of the wall clock.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

SHARED = Path(__file__).parents[2] / "shared" / "corpus"
MANY = 100_000
_NAIVE = re.compile(r"[\u4e00-\u9fff]{1,10}[〔\[（(](?:19|20)\d\d[〕\]）)]\d+号|\d{4}年\d{1,2}月\d{1,2}日")


def raws() -> Iterator:
    """Every document of the shared corpus, read."""
    from shidian.corpus.reading.opened import rows, single
    from shidian.corpus.reading.parting import parted
    from shidian.corpus.reading.raw import Raw
    from shidian.corpus.reading.sources import Found, find
    from shidian.corpus.reading.tables import TableRules

    for each in find([SHARED], []):
        if isinstance(each, Found):
            found = rows(each.path, each.source, TableRules({})) if each.format == "table" else single(each.path, each.source, each.format)
            for one in found:
                if isinstance(one, Raw):
                    yield from parted(one) if each.format == "table" else [one]


def timed(name: str, documents: int, work: Callable[[], object]) -> dict[str, object]:
    """Processor and wall seconds of some work, and documents a second of each."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {"what": name, "documents": documents, "wall_s": round(wall, 2), "processor_s": round(processor, 2), "a_processor_second": round(documents / processor)}


def quick() -> list[dict[str, object]]:
    """Reading and identifying the shared texts once, in one process."""
    from shidian.corpus.copies import sketch
    from shidian.corpus.identify.document import identify

    held: list = []
    first = timed("read", 0, lambda: held.extend(raws()))
    first |= {"documents": len(held), "a_processor_second": round(len(held) / float(first["processor_s"]))}
    identify(held[0]), sketch([held[0].text])  # tables are loaded once a process
    return [
        first,
        timed("identify", len(held), lambda: [identify(each) for each in held]),
        timed("sketch for copies", len(held), lambda: sketch([each.text for each in held])),
        timed("numbers and dates by one pattern (not identified)", len(held), lambda: [_NAIVE.findall(each.text) for each in held]),
    ]


def write_many(path: Path, count: int) -> int:
    """A table of `count` documents: the shared ones again and again, each with a line of its own. Bytes written."""
    held = [(each.title, each.text) for each in raws()]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "text"])
        for number in range(count):
            title, text = held[number % len(held)]
            writer.writerow([number, title, f"{text}\n第{number}件"])
    return path.stat().st_size


def end_to_end(count: int) -> dict[str, object]:
    """A table of `count` documents read by the command, interrupted after half a minute, and continued; peak memory of both runs and their workers."""
    with tempfile.TemporaryDirectory() as folder:
        table, store = Path(folder) / "many.csv", Path(folder) / "store"
        size = write_many(table, count)
        command = [sys.executable, "-m", "shidian", "corpus", "read", str(table), "--out", str(store), "--json"]
        start = time.perf_counter()
        running = subprocess.Popen(command, stdout=subprocess.PIPE)
        try:
            running.wait(timeout=min(30, count / 1500))
            interrupted = 0.0
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGINT)
            running.wait()
            interrupted = time.perf_counter() - start
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        wall = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        shutil.rmtree(store)
    return {
        "what": f"corpus read of {count:,} rows, interrupted once", "megabytes": round(size / 1e6), "wall_s": round(wall, 1), "interrupted_after_s": round(interrupted, 1),
        "processor_s": round(used.ru_utime + used.ru_stime, 1), "largest_process_mb": round(used.ru_maxrss / 1024), "store": json.loads(done.stdout),
    }


def main() -> None:
    """Print every measurement as a line of JSON."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--quick", action="store_true", help="the shared texts once")
    asked.add_argument("--documents", type=int, nargs="+", default=[MANY // 10, MANY], help="sizes of the tables that are read from end to end")
    chosen = asked.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not here; the benchmark needs the shared documents.")
    print(json.dumps({"cores": os.cpu_count(), "load": os.getloadavg()[0]}))
    for row in quick():
        print(json.dumps(row))
    if not chosen.quick:
        for count in chosen.documents:
            print(json.dumps(end_to_end(count), ensure_ascii=False))


if __name__ == "__main__":
    main()
