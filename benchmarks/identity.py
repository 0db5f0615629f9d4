"""Identity measured: how fast a report finds its statement, and how the rules stand against simpler ones.

    python benchmarks/identity.py speed [--statements 100000] [--reports 2000] [--postgres]
    python benchmarks/identity.py compare FOLDER…    (gold.jsonl and documents.jsonl, or one file of answers)
    python benchmarks/identity.py race [--rounds 100] [--postgres]

``speed`` fills a ledger (SQLite in a temporary folder, or a PostgreSQL started for the run) and puts
reports through the whole decision, ``block_of`` and ``arrange``, one process; it prints what that process
and the PostgreSQL backend behind it spend too, for machines that have other work. ``compare`` gives B-cubed
figures over the answers' reports for the rules, exact text, MinHash at .5, containment of trigrams alone,
rapidfuzz's token_set_ratio and a clusterer of titles, these two at the threshold that suits the answers best.
``race`` lets 8 processes match the same reports at once, over and over.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import multiprocessing
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from monitor import app
from monitor.identity.texts import normalised, trigrams
from monitor.pipeline import announce
from monitor.pipeline.matching import block_of
from monitor.store.database import Database
from monitor.store.schema import (
    AlertRow,
    Appearance,
    Article,
    ArticleVersion,
    PassageRow,
    ReportRow,
    StatementRow,
)

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
START = date(2014, 1, 1)
STATES = [f"{a}{b}" for a in "ABCDEFG" for b in "ABCDEFG"]  # as if a quarter of all states spoke
OFFICES = ("foreign_minister", "defence_minister", "president", "spokesperson")
ACTS = ("condemns", "denies_use", "alleges_use", "calls_to_join", "announces_transfer")
WORDS = ("village", "road", "shells", "harvest", "children", "hospital", "council", "winter", "border", "law")


def _report(dice: random.Random, number: int) -> dict[str, Any]:
    state, office = dice.choice(STATES), dice.choice(OFFICES)
    day = START + timedelta(days=dice.randrange(3650))
    name = f"{state.title()}or {office[:4].title()}ov"
    return {
        "article_id": 1 + number % 1000, "version_id": 1, "post_key": f"p{number}", "speaker": name,
        "speaker_key": f"{state}:{office}", "speaker_en": name, "role": office, "office": office,
        "state": state, "kind": "state", "said_on": day, "said_from": day, "said_to": day,
        "days_from": day, "days_to": day, "span": 0,
        "reporting": "new", "positions": [dice.choice(ACTS)], "confidence": 1.0, "language": "en",
        "published": datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=15),
        "status": "matched", "found_at": NOW,
    }  # fmt: skip


def _text(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS, k=14))


def _fill(database: Database, statements: int, reports: int) -> list[int]:
    dice = random.Random(7)
    with database.writing() as session:
        for n in range(1, 1001):
            session.add(Article(url=f"http://b.example/{n}", first_seen=NOW, origin="feed", copy_by="none"))
        session.flush()
        session.add(
            ArticleVersion(
                article_id=1, number=1, text_hash="x", fetched_at=NOW, text="", page={}, source="given",
                judged_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        made = [_report(dice, n) for n in range(statements + reports)]
        for n, row in enumerate(made):
            row["status"] = "matched" if n < statements else "waiting"
        for piece in itertools.batched(made, 5000) if hasattr(itertools, "batched") else _batches(made, 5000):
            session.execute(insert(ReportRow), list(piece))
        texts = [
            {
                "report_id": n + 1, "number": 0, "kind": "direct", "text": _text(dice), "where": "text",
                "start": 0, "end": 1, "fidelity": "verbatim", "rule": "x",
            }
            for n in range(len(made))
        ]  # fmt: skip
        known = [
            {
                "speaker_key": r["speaker_key"], "speaker": r["speaker"], "speaker_en": r["speaker"],
                "kind": "state", "state": r["state"], "said_on": r["said_on"], "said_from": r["said_on"],
                "said_to": r["said_on"], "positions": r["positions"], "reporting": "new", "first_seen": NOW,
                "corroboration": "single",
            }
            for r in made[:statements]
        ]  # fmt: skip
        links = [
            {
                "statement_id": n, "report_id": n, "article_id": made[n - 1]["article_id"],
                "same_by": "first", "attached_at": NOW, "possible": False, "pinned": False,
            }
            for n in range(1, statements + 1)
        ]  # fmt: skip
        for table, rows in ((PassageRow, texts), (StatementRow, known), (Appearance, links)):
            for piece in _batches(rows, 5000):
                session.execute(insert(table), list(piece))
    return list(range(statements + 1, statements + reports + 1))


def _batches(rows: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def speed(url: str, statements: int, reports: int) -> None:
    """Reports a second through the decision, against a ledger of so many statements."""
    database = Database(url)
    database.upgrade()
    ids = _fill(database, statements, reports)
    if not database.sqlite:
        with database.writing() as session:
            session.execute(text("ANALYZE"))
    with database.writing("statements") as session:
        rows = session.scalars(select(ReportRow).where(ReportRow.id.in_(ids))).all()
        seen = sizes = 0
        backend = None if database.sqlite else session.scalar(text("SELECT pg_backend_pid()"))
        server = _spent_by(backend)
        began, cpu = time.perf_counter(), time.process_time()
        for row in rows:
            found = block_of(session, row)
            found.arranged()
            seen, sizes = seen + 1, sizes + len(found.nearest)
        wall, spent = time.perf_counter() - began, time.process_time() - cpu
        spent += _spent_by(backend) - server
    print(
        f"{'SQLite' if database.sqlite else 'PostgreSQL'}, {statements} statements: {seen / wall:.0f} "
        f"reports a second ({seen / spent:.0f} a CPU-second of all processes), "
        f"{sizes / seen:.1f} statements a block"
    )
    database.dispose()


def _spent_by(process: int | None) -> float:
    """CPU seconds that a process has spent, as Linux counts them; 0 where it does not."""
    stat = Path(f"/proc/{process}/stat")
    if process is None or not stat.exists():
        return 0.0
    fields = stat.read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- simpler rules ------------------------------------------------------------------------------------


def _components(count: int, same: Callable[[int, int], bool]) -> list[int]:
    parent = list(range(count))

    def root(n: int) -> int:
        while parent[n] != n:
            n = parent[n]
        return n

    for a, b in itertools.combinations(range(count), 2):
        if root(a) != root(b) and same(a, b):
            parent[root(b)] = root(a)
    return [root(n) for n in range(count)]


def _b_cubed(groups: Sequence[int], keys: Sequence[str]) -> tuple[float, float, float]:
    precision = recall = 0.0
    for n in range(len(keys)):
        mine = {i for i in range(len(keys)) if groups[i] == groups[n]}
        truth = {i for i in range(len(keys)) if keys[i] == keys[n]}
        precision += len(mine & truth) / len(mine)
        recall += len(mine & truth) / len(truth)
    p, r = precision / len(keys), recall / len(keys)
    return p, r, 2 * p * r / (p + r)


#: Hash functions of a MinHash sketch; the usual number of its libraries.
PERMUTATIONS = 128


def _sketch(grams: frozenset[Any]) -> list[bytes]:
    """A MinHash sketch: for each of the hash functions the least hash of the text's trigrams."""
    raw = ["\x1f".join(gram).encode("utf-8", "surrogatepass") for gram in grams]
    keys = [seed.to_bytes(2, "big") for seed in range(PERMUTATIONS)]
    return [
        min((hashlib.blake2b(one, digest_size=8, key=key).digest() for one in raw), default=b"")
        for key in keys
    ]


def _words_of_title(title: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w{3,}", title.casefold()))


def _jaccard(rows: Sequence[frozenset[Any]], least: float) -> Callable[[int, int], bool]:
    return lambda a, b: len(rows[a] & rows[b]) >= least * max(1, len(rows[a] | rows[b]))


def _as_folder(path: Path, place: Path) -> Path:
    """Answers in one file for texts that lie beside it, as a folder of documents and answers."""
    if path.is_dir():
        return path
    articles = json.loads(path.read_text("utf-8"))["articles"]
    texts = {file.name: file for file in path.parent.parent.glob("*/*.txt")}
    gold, documents = [], []
    for name, row in articles.items():
        lines = texts[name].read_text("utf-8").splitlines() if name in texts else []
        title = next((line.strip("# ") for line in lines if line.strip("# ")), "")
        published = row.get("published")
        gold.append({"id": name, "language": row["language"], "statements": row["statements"]})
        documents.append(
            {"id": name, "title": title, "published": f"{published}T12:00:00+00:00" if published else None}
        )
    for file, rows in (("gold.jsonl", gold), ("documents.jsonl", documents)):
        (place / file).write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return place


def compare(given: Path) -> None:
    """The rules and five simpler ones over the same reports."""
    import gold_ledger
    from rapidfuzz import fuzz

    place = tempfile.TemporaryDirectory()
    gold_ledger.NEWSROOM = _as_folder(given, Path(place.name))
    from test_order import arranged_at_once

    reports = gold_ledger.gold_reports()
    keys = [r.key for r in reports]
    texts = [" ".join(p.text for p in r.report.passages) for r in reports]
    documents = gold_ledger._rows("documents.jsonl")
    titles = {d["id"]: _words_of_title(d.get("title") or "") for d in documents}
    grams, plain = [trigrams(t) for t in texts], [normalised(t) for t in texts]
    sketches = [_sketch(g) for g in grams]

    def minhash(a: int, b: int) -> bool:
        return sum(x == y for x, y in zip(sketches[a], sketches[b], strict=True)) >= PERMUTATIONS / 2

    def contained(a: int, b: int) -> bool:
        shared = len(grams[a] & grams[b])
        return shared >= 4 and shared >= 0.6 * min(len(grams[a]), len(grams[b]))

    ours = {n: i for i, g in enumerate(arranged_at_once(reports)) for n in g}
    table = {
        "the rules": [ours[r.number] for r in reports],
        "exact text": _components(len(reports), lambda a, b: plain[a] == plain[b]),
        "MinHash .5": _components(len(reports), minhash),
        "containment .6": _components(len(reports), contained),
    }

    def fuzzy(least: float) -> Callable[[int, int], bool]:
        return lambda a, b: fuzz.token_set_ratio(plain[a], plain[b]) >= least

    titled = [titles[r.document] for r in reports]
    best_of: dict[str, tuple[Sequence[float], Callable[[float], Callable[[int, int], bool]]]] = {
        "token_set": (range(50, 100, 5), fuzzy),
        "titles": ((0.2, 0.3, 0.4, 0.5, 0.7), lambda least: _jaccard(titled, least)),
    }
    for name, (tries, same) in best_of.items():
        found = {t: _components(len(reports), same(t)) for t in tries}
        best = max(found, key=lambda t: _b_cubed(found[t], keys)[2])
        table[f"{name} {best} (best)"] = found[best]
    languages = [r.language for r in reports]
    print(f"{given.name}: {len(reports)} reports of {len(set(keys))} statements")
    for name, groups in table.items():
        p, r, f = _b_cubed(groups, keys)
        print(
            f"{name:22} {len(set(groups)):4} groups   B-cubed P {p:.3f}  R {r:.3f}  F1 {f:.3f}   "
            f"across languages {_across(groups, keys, languages)}"
        )
    place.cleanup()


def _across(groups: Sequence[int], keys: Sequence[str], languages: Sequence[str]) -> str:
    """The share of pairs of one statement in two languages that are joined."""
    pairs = itertools.combinations(range(len(keys)), 2)
    apart = [(a, b) for a, b in pairs if keys[a] == keys[b] and languages[a] != languages[b]]
    return f"{sum(groups[a] == groups[b] for a, b in apart) / len(apart):.3f}" if apart else "-"


# --- eight processes at once --------------------------------------------------------------------------


def _announce(url: str, gate: Any) -> None:
    os.environ["CLUSTERWATCH__DATABASE__URL"] = url
    with app.open_services(workers=0) as services:
        gate.wait()
        announce(services)


def race(fresh: Callable[[], str], rounds: int, processes: int = 8) -> int:
    """The same waiting reports matched by many processes at once: each makes one statement and one alert.

    ``fresh()`` gives the URL of an empty database. Gives the number of rounds with a second statement.
    """
    import gold_ledger

    gold = [r for r in gold_ledger.gold_reports() if r.key.startswith(("lukoshin", "chhim", "quintanar"))]
    os.environ["CLUSTERWATCH__CLOCK__START"] = "2024-04-30T00:00:00Z"
    expected, wrong = None, 0
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["monitor.app", "monitor.pipeline"])  # they are to begin at once
    for _ in range(rounds):
        where = fresh()
        os.environ["CLUSTERWATCH__DATABASE__URL"] = where
        database = Database(where)
        database.upgrade()
        database.dispose()
        with app.open_services(workers=0) as services:
            gold_ledger.put_in(services, gold)
        gate = context.Barrier(processes)
        running = [context.Process(target=_announce, args=(where, gate)) for _ in range(processes)]
        for one in running:
            one.start()
        for one in running:
            one.join()
        with app.open_services(workers=0) as services:
            found = gold_ledger.partition(services)
            with services.database.reading() as session:
                told = list(session.scalars(select(AlertRow.statement_id)))
        expected = expected or found
        wrong += found != expected or len(told) != len(set(told)) or any(p.exitcode for p in running)
    print(f"{rounds} rounds of {processes} processes: {wrong} with a second statement or alert")
    return wrong


@contextmanager
def _databases(postgres: bool) -> Iterator[Callable[[], str]]:
    """Gives the URLs of empty databases: SQLite files, or those of a PostgreSQL started for this run."""
    if postgres:
        from postgres import postgres_server

        with postgres_server() as server:
            yield server.fresh
        return
    with tempfile.TemporaryDirectory() as folder:
        numbers = itertools.count()
        yield lambda: f"sqlite:///{folder}/ledger-{next(numbers)}.db"


def main() -> None:
    """The command line."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("what", choices=("speed", "compare", "race"))
    given.add_argument("folder", nargs="*", type=Path)
    given.add_argument("--statements", type=int, default=100_000)
    given.add_argument("--reports", type=int, default=2000)
    given.add_argument("--rounds", type=int, default=100)
    given.add_argument("--postgres", action="store_true")
    options = given.parse_args()
    if options.what == "compare":
        for one in options.folder:
            compare(one)
        return
    with _databases(options.postgres) as fresh:
        if options.what == "speed":
            speed(fresh(), options.statements, options.reports)
        else:
            race(fresh, options.rounds)


if __name__ == "__main__":
    main()
