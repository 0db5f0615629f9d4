"""The soak: a press of thousands of feeds on loopback, asked in cycles, measured, and judged.

    make soak ARGS="--feeds 100 --database sqlite --cycles 4"
    python benchmarks/soak --feeds 100 1000 10000 --database sqlite postgresql

The press (plan.py) has feeds that stand still, that have news, that are slow, dead, cut off, flooding,
republishing under new GUIDs, that send gzip bombs or keep their ETag when they change; a few of their items
are statements, in five languages, some carried by several feeds. First cycle: everything is new and nothing
may be told; the last comes a day later, when all are asked without validators. The program runs in processes
of its own, with its own settings but for the addresses. Prints a table in Markdown; ``--json``: everything.
Exit status 1 where a statement was lost, told twice, or told without being planned, where an entry was lost
or doubled, a host asked without its pause.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from plan import Plan, clock_of
from runs import HERE, TESTS, ask, backend_seconds, press, say, settings, size
from verdict import faults, outcome_of

from monitor import app


def soak(
    plan: Plan, url: str, *, delay: float, timeout: float, slow: float, queries: int = 0, grown: int = 0
) -> dict[str, Any]:
    """All cycles of one press on one database: each cycle's costs, what grew, and what was wrong."""
    with press(plan, slow) as port, tempfile.TemporaryDirectory(dir="/tmp") as folder:
        environment = settings(port, url, delay, timeout)
        feeds = Path(folder) / "feeds.json"
        feeds.write_text(json.dumps([[f.url, f.language] for f in plan.feeds]), "utf-8")
        cycles = []
        for number in range(plan.cycles):
            ask(port, f"/_cycle?n={number}")
            environment["CLUSTERWATCH__CLOCK__START"] = clock_of(number, plan.cycles).isoformat()
            command = [sys.executable, str(HERE / "cycle.py"), "--queries", str(queries)]
            command += ["--grown", str(grown)] if grown and number == 1 else []
            command += ["--feeds", str(feeds)] if number == 0 else []
            before = backend_seconds(url) if number else 0.0
            done = subprocess.run(command, env=environment, cwd=folder, stdout=subprocess.PIPE, check=True)
            cycle = json.loads(done.stdout)
            cycle["backend"] = round(backend_seconds(url) - before, 2)
            cycle["bytes"], cycle["rows"] = size(url)
            cycles.append(cycle)
            say(f"cycle {number}: " + line(cycle))
        refused = [one for c in cycles for stage in c["stages"].values() for one in stage["refused"]]
        stats = ask(port, "/_stats")
        os.environ.update({k: v for k, v in environment.items() if k.startswith("CLUSTERWATCH")})
        with app.open_services(workers=0) as services:
            found = faults(plan, outcome_of(services, stats, refused), delay=delay)
    return {
        "feeds": plan.count,
        "cycles": cycles,
        "alerts": len(stats["hooks"]),
        "faults": found,
        "asked": stats["asked"],
    }


def line(cycle: Mapping[str, Any]) -> str:
    """A cycle in one line for whoever waits."""
    stages = cycle["stages"]
    times = ", ".join(f"{n} {s['wall']:.1f} s ({s['cpu'] + s['workers']:.1f} CPU)" for n, s in stages.items())
    return f"{times}; {cycle['memory']} MB; {stages['poll']['done']}"


def row(database: str, result: Mapping[str, Any], name: str, cycle: Mapping[str, Any]) -> str:
    """One row of the table."""
    stages = cycle["stages"].values()
    wall, own = sum(s["wall"] for s in stages), sum(s["cpu"] for s in stages)
    workers = sum(s["workers"] for s in stages)
    poll = cycle["stages"]["poll"]
    cells = (
        f"{result['feeds']:,}", database, name, f"{wall:.1f}", f"{poll['wall']:.1f}", f"{own:.1f}",
        f"{workers:.1f}", f"{cycle['backend']:.1f}", f"{cycle['memory']} + {cycle['worker_memory']}",
        f"{cycle['rows']['entries']:,}", f"{cycle['bytes'] / 1e6:.1f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


HEAD = (
    "| feeds | database | cycle | wall s | of it polling | CPU s: program | its workers | PostgreSQL "
    "| memory MB: program + a worker | entries | database MB |\n|" + "---|" * 11
)


def names(cycles: int) -> list[str]:
    """What each cycle is called in the table."""
    return ["first", *(f"usual {n}" for n in range(1, cycles - 1)), *(["a day later"] if cycles > 1 else [])]


@contextmanager
def databases(kinds: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """By kind, what gives the URL of an empty database."""
    with ExitStack() as stack:
        found: dict[str, Any] = {}
        if "sqlite" in kinds:
            folder = stack.enter_context(tempfile.TemporaryDirectory(dir="/tmp"))
            numbers = itertools.count()
            found["sqlite"] = lambda: f"sqlite:///{folder}/ledger-{next(numbers)}.db"
        if "postgresql" in kinds:
            sys.path.insert(0, TESTS)
            from postgres import postgres_server

            found["postgresql"] = stack.enter_context(postgres_server()).fresh
        yield found


def main() -> int:
    """The command line."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--feeds", type=int, nargs="+", default=[100])
    given.add_argument(
        "--database", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"]
    )
    given.add_argument("--cycles", type=int, default=4)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument(
        "--delay", type=float, default=2.0, help="the pause between two requests of a host, in seconds"
    )
    given.add_argument("--timeout", type=float, default=30.0, help="how long one fetch may take")
    given.add_argument(
        "--queries", type=int, default=0, help="show so many of the dearest questions to the database"
    )
    given.add_argument("--slow", type=float, default=3.0, help="how long slow feeds take, in seconds")
    given.add_argument("--still", action="store_true", help="all feeds are steady and nothing is new")
    given.add_argument("--grown", type=int, default=0, help="give the ledger a past of so many entries")
    given.add_argument("--json", action="store_true")
    options = given.parse_args()
    results, wrong = [], 0
    with databases(options.database) as fresh:
        for feeds, kind in itertools.product(options.feeds, options.database):
            began = time.perf_counter()
            plan = Plan(feeds, options.cycles, options.seed, still=options.still)
            result = soak(
                plan,
                fresh[kind](),
                delay=options.delay,
                timeout=options.timeout,
                slow=options.slow,
                queries=options.queries,
                grown=options.grown,
            )
            result |= {
                "database": kind,
                "seconds": round(time.perf_counter() - began, 1),
                "told": sum(s.told for s in plan.statements),
            }
            results.append(result)
            wrong += len(result["faults"])
            for fault in result["faults"][:50]:
                say(f"WRONG: {fault}")
    if options.json:
        print(json.dumps(results))
        return int(wrong > 0)
    print(HEAD)
    for result in results:
        for name, cycle in zip(names(options.cycles), result["cycles"], strict=True):
            print(row(result["database"], result, name, cycle))
    for result in results:
        print(
            f"\n{result['feeds']:,} feeds on {result['database']}: {result['told']} statements planned to be "
            f"told, {result['alerts']} alerts arrived, {len(result['faults'])} faults."
        )
        last = result["cycles"][-1]
        for name, seconds in last.get("looks", {}).items():
            print(f"{seconds:9.3f} s: {name}")
        for scan in last["scans"]:
            print(f"WHOLE TABLE {scan[:400]}")
        for query in last["queries"]:
            times = f"{query['seconds']:9.3f} s, {query['times']} times, {query['longest']:.4f} s at most"
            print(f"{times}: {query['words'][:400]}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
