"""Replay in three browser engines, in one run: how long, how many bytes, how much memory.

Usage: ``python benchmarks/replay.py [--site _build/site] [--before SITE] [--engines ...]
[--page en/notebooks/purpose.html] [--runs 5] [--slow-runs 3]``.

Every visit begins with a new profile of an engine of the tests (``tests/engines.py``), and a server
that answers as hosts of static sites do: compressed, kept for ten minutes, with tags that say
whether a file has changed. A visit opens a chapter, lets it come to rest, and clicks on Replay of
its second cell; the time runs in the page from the click to the frame that shows the verdict. Then
the page is opened a second time (what the first visit left is there) and a third time (all but the
memory that Replay keeps is there). First visits are repeated behind links of 50 and 10 Mbit/s,
which all connections of a visit share. ``--before`` measures another site in turns with the first.
Prints tables of medians in Markdown; exit 1 where an aim is missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
from common import table

from sme_book.base.local import COMPRESSED, QuietHandler, compressed, serving
from sme_book.base.places import REPLAY_FOLDER
from sme_book.base.project import ROOT

sys.path.insert(0, str(ROOT / "tests"))
import engines

FIRST, WARM = 1.0, 0.05  # seconds: the aims for a first click with the core at hand, a warm click
SLOWER = 1.05  # a first visit may take this much of what it took before: noise of the machine
LINKS = (50, 10)  # Mbit/s
REST = 5  # seconds in which a page and its service worker come to rest
KEEPING = 10  # seconds within which Replay has kept what it keeps
PROGRAMS = ("chromium", "chrome", "firefox", "webkit", "minibrowser", "web content", "isolated")

# Seconds from a click on the n-th cell with Replay to the frame that shows a new verdict.
CLICK = """new Promise((resolve, reject) => {
  const cell = document.querySelectorAll(".cell.has-replay")[%d];
  const status = cell.querySelector(".replay-status");
  const began = performance.now();
  const look = () => {
    const verdict = status.querySelector(".replay-verdict:not([data-seen])");
    if (status.querySelector(".replay-trouble")) reject(status.textContent);
    else if (!verdict || status.hidden) requestAnimationFrame(look);
    else {
      verdict.dataset.seen = "yes";
      const seconds = (performance.now() - began) / 1000;
      resolve([seconds, verdict.dataset.verdict]);
    }
  };
  cell.querySelector(".replay-run").click();
  requestAnimationFrame(look);
})"""
OURS = "caches.keys().then((names) => names.filter((name) => name.startsWith('replay ')))"
KEPT = (
    f"{OURS}.then((names) => Promise.all(names.map((name) => caches.open(name))))"
    ".then((all) => Promise.all(all.map((cache) => cache.keys())))"
    ".then((found) => found.flat().length > 0)"
)
FORGET = f"{OURS}.then((names) => Promise.all(names.map((name) => caches.delete(name))))"


# ---- the server ------------------------------------------------------------------------------


@dataclass
class Line:
    """What a visit downloads: counted, and slowed down to a speed in Mbit/s (0: as it comes)."""

    speed: float = 0
    sent: dict[str, int] = field(default_factory=dict)
    _free: float = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, name: str, count: int) -> None:
        """Count bytes of a file, and wait until the line has carried them."""
        with self._lock:
            self.sent[name] = self.sent.get(name, 0) + count
            self._free = max(self._free, time.monotonic())
            if self.speed:
                self._free += count * 8 / (self.speed * 1e6)
            wait = self._free - time.monotonic()
        if wait > 0:
            time.sleep(wait)

    def total(self, part: str = "") -> int:
        """Bytes of all files, or of those with a part in their address."""
        return sum(count for name, count in self.sent.items() if part in name)


class HostHandler(QuietHandler):
    """Answers as hosts of static sites do, over a line."""

    caching = "max-age=600"
    line: Line

    def send_head(self) -> Any:
        """Say that nothing changed, or answer with the file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return super().send_head()
        state = path.stat()
        tag = {"ETag": f'"{state.st_mtime_ns:x}-{state.st_size:x}"'}
        if self.headers.get("If-None-Match") == tag["ETag"]:
            self.send_response(304)
            self.send_header("ETag", tag["ETag"])
            self.end_headers()
            return None
        kind = self.guess_type(str(path))
        if path.suffix not in COMPRESSED:
            return self.answer(kind, path.read_bytes(), tag)
        body = compressed(str(path), state.st_mtime_ns)
        return self.answer(kind, body, tag | {"Content-Encoding": "gzip"})

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send a file over the line."""
        name = self.path.partition("?")[0]
        while part := source.read(16384):
            self.line.take(name, len(part))
            outputfile.write(part)


@contextmanager
def hosted(site: Path, speed: float = 0) -> Iterator[tuple[str, Line]]:
    """A server of a site: its address, and the line that leads to it. Large files are ready."""
    line = Line(speed)
    for path in (site / REPLAY_FOLDER).rglob("*"):
        if path.suffix in COMPRESSED:
            compressed(str(path), path.stat().st_mtime_ns)
    with serving(site, type("Here", (HostHandler,), {"line": line})) as address:
        yield address, line


# ---- visits ----------------------------------------------------------------------------------


Found = dict[str, list[float]]


def of_browser(measure: Callable[[psutil.Process], float]) -> float:
    """The sum of a measure over the processes of the browser that runs."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            if process.name().lower().startswith(PROGRAMS):
                total += measure(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total


def resident() -> float:
    """Memory of the browser in MB; what several processes share is counted once (PSS)."""
    return of_browser(lambda process: process.memory_full_info().pss) / 1e6


def worked() -> float:
    """Processor time of the browser so far, in seconds: other work on the machine adds little."""
    return of_browser(lambda process: sum(process.cpu_times()[:2]))


def click(tab: engines.Tab, number: int) -> float:
    """Seconds of a click on Replay of the n-th cell that has it.

    Raises
    ------
    RuntimeError
        If the cell does not give what is printed.
    """
    seconds, verdict = tab.run(CLICK % number)
    if verdict != "same":
        raise RuntimeError(f"cell {number}: the verdict is {verdict}")
    return float(seconds)


def first_click(tab: engines.Tab, name: str, found: Found) -> None:
    """The first click on an open page: its seconds, and those of the processor."""
    began = worked()
    found[name].append(click(tab, 1))
    found[f"{name}, processor"].append(worked() - began)


def opened(tab: engines.Tab, address: str) -> None:
    """Open a page and let it and its service worker come to rest."""
    tab.open(address)
    engines.until(tab, "document.querySelectorAll('.cell.has-replay').length > 1")
    time.sleep(REST)


def kept(tab: engines.Tab) -> bool:
    """Wait until Replay has kept its memory; whether this site keeps one."""
    end = time.monotonic() + KEEPING
    while time.monotonic() < end:
        if tab.run(KEPT):
            return True
        time.sleep(0.2)
    return False


Start = Callable[[], Any]


def visits(start: Start, site: Path, page: str, found: Found) -> None:
    """Three visits in one profile: of one who never came, who came, and whose memory is gone."""
    with hosted(site) as (host, line), start() as tab:
        opened(tab, host + page)
        memory, bytes_before = resident(), line.total()
        replay_before = line.total("_replay/")
        first_click(tab, "first visit", found)
        cells = tab.run("document.querySelectorAll('.cell.has-replay').length")
        for number in [*range(2, cells), 1]:
            found["warm"].append(click(tab, number))
        keeps = kept(tab)
        found["MB before"].append(memory)
        found["MB after"].append(resident())
        found["page kB"].append(bytes_before / 1e3)
        found["Replay kB before"].append(replay_before / 1e3)
        found["Replay MB after"].append(line.total("_replay/") / 1e6)
        for name in ("second visit", "core alone"):
            opened(tab, host + page)
            if name == "core alone":
                tab.run(FORGET)
            line.sent.clear()
            first_click(tab, name, found)
            found[f"{name}, kB"].append(line.total() / 1e3)
            if keeps:
                kept(tab)


def slow_visit(start: Start, site: Path, page: str, speed: int, found: Found) -> None:
    """A first visit behind a slow link."""
    with hosted(site, speed) as (host, _), start() as tab:
        opened(tab, host + page)
        found[f"{speed} Mbit/s"].append(click(tab, 1))


# ---- tables ----------------------------------------------------------------------------------

STARTS = ("core alone", "second visit", "first visit")
TIMES = (*STARTS[:2], "warm", STARTS[2], *(f"{n} Mbit/s" for n in LINKS))
WORK = tuple(f"{name}, processor" for name in STARTS)
MEASURED = (
    *TIMES, *WORK, "page kB", "Replay kB before", "Replay MB after", "MB before", "MB after",
    "core alone, kB", "second visit, kB",
)  # fmt: skip


def medians(found: Found) -> dict[str, float]:
    """The median of each measure."""
    return {name: statistics.median(values) for name, values in found.items() if values}


def rows_of(results: dict[tuple[str, str], Found]) -> tuple[list[list[str]], list[list[str]]]:
    """Rows of the table of seconds, and of the table of bytes and memory."""
    times, sizes = [], []
    for (engine, site), found in results.items():
        middle = medians(found)
        shown = [f"{middle[name]:.{3 if name == 'warm' else 2}f}" for name in TIMES]
        times.append([engine, site, *shown, *(f"{middle[name]:.2f}" for name in WORK)])
        sizes.append(
            [
                engine,
                site,
                f"{middle['page kB']:.0f}",
                f"{middle['Replay kB before']:.0f}",
                f"{middle['Replay MB after']:.2f}",
                f"{middle['core alone, kB']:.0f}",
                f"{middle['second visit, kB']:.0f}",
                f"{middle['MB before']:.0f}",
                f"{middle['MB after']:.0f}",
            ]
        )
    return times, sizes


def missed(results: dict[tuple[str, str], Found]) -> list[str]:
    """Aims that are missed, in words."""
    said = []
    for (engine, site), found in results.items():
        if site != "now":
            continue
        before = medians(results.get((engine, "before"), {}))
        middle = medians(found)
        for name, aim in (("core alone", FIRST), ("second visit", FIRST), ("warm", WARM)):
            if middle[name] > aim:
                said.append(f"{engine}, {name}: {middle[name]:.3f} s, the aim is {aim} s")
        said += [
            f"{engine}, first visit at {name}: {middle[name]:.2f} s, was {before[name]:.2f} s"
            for name in (f"{speed} Mbit/s" for speed in LINKS)
            if name in before and middle[name] > SLOWER * before[name]
        ]
    return said


def at_least_one(text: str) -> int:
    """A number of runs."""
    if (count := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least one run is needed for a median")
    return count


def asked_for(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What to measure, from the command line."""
    parser = argparse.ArgumentParser(description="Measure Replay in three engines.")
    parser.add_argument("--site", type=Path, default=ROOT / "_build/site")
    parser.add_argument("--before", type=Path, help="another site, measured in turns with it")
    parser.add_argument("--engines", nargs="+", choices=engines.ENGINES, default=engines.ENGINES)
    parser.add_argument("--page", default="en/notebooks/purpose.html")
    parser.add_argument("--runs", type=at_least_one, default=5)
    parser.add_argument("--slow-runs", type=at_least_one, default=3)
    return parser.parse_args(arguments)


def measured(
    start: Start, sites: Mapping[str, Path], options: argparse.Namespace
) -> dict[str, Found]:
    """What one engine gives for each site, in turns."""
    results: dict[str, Found] = {site: {name: [] for name in MEASURED} for site in sites}
    for _ in range(options.runs):
        for site, folder in sites.items():
            visits(start, folder, options.page, results[site])
    for _ in range(options.slow_runs):
        for speed in LINKS:
            for site, folder in sites.items():
                slow_visit(start, folder, options.page, speed, results[site])
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    from playwright.sync_api import sync_playwright

    options = asked_for(arguments)
    sites = {"now": options.site} | ({"before": options.before} if options.before else {})
    results: dict[tuple[str, str], Found] = {}
    versions = {}
    with sync_playwright() as playwright:
        for engine in options.engines:
            start = partial(engines.started, lambda: playwright, engine)
            with start() as tab:
                versions[engine] = tab.run("navigator.userAgent")
            for site, times in measured(start, sites, options).items():
                results[engine, site] = times
                said = {name: round(value, 3) for name, value in medians(times).items()}
                load = f"load {os.getloadavg()[0]:.1f}"
                print(engine, site, said, load, file=sys.stderr, flush=True)
    seconds, sizes = rows_of(results)
    print(f"{options.page}; {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    for engine, version in versions.items():
        print(f"{engine}: {version}")
    table(
        "Seconds from the click to the verdict, medians", seconds, ("engine", "site", *TIMES, *WORK)
    )
    table(
        "Bytes on the wire, memory of the browser",
        sizes,
        ("engine", "site", "page, kB", "Replay before the click, kB", "after, MB",
         "core alone, kB", "second visit, kB", "memory before, MB", "after a run, MB"),
    )  # fmt: skip
    found = missed(results)
    print("\n".join(["", *(found or ["All aims are met."])]))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
