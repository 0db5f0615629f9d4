"""The whole newsroom's past from an archive beside the ledger that polling it gives: what they do not share.

    python benchmarks/newsroom_past.py [wayback-feeds] [wayback] [sitemap] [ccnews] [--kills N]

Each source is held against the polling of feeds that tell what it knows too: ``wayback-feeds`` against feeds
as they are, the others, which know no summaries, against feeds without; and where a source knows no titles,
by which pages are left, the poll reads all pages. With ``--kills`` the reading is ended so often by SIGKILL,
at points of its journey that are drawn by lot. Status 1 where the ledgers differ or a page was fetched, or
judged, twice.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from newsroom_kept import WAYS, Read, Way, backfilled, differences, judged_once, part, past_of, polled

#: Points of the journey, and how often one is passed, at the most, before the program is killed there: so
#: that many kills fall between the beginning and the end.
POINTS = {"taken": 2, "listed": 3, "fetched": 3, "written": 6, "read": 6, "found": 3, "advanced": 3}


def main() -> int:
    """Reads the past from each source and prints the differences; the exit status."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    given.add_argument("sources", nargs="*", choices=[*WAYS, []], default=list(WAYS))
    given.add_argument("--kills", type=int, default=0)
    options = given.parse_args()
    chance = random.Random(8)
    live: dict[Way, Read] = {}
    well = True
    with tempfile.TemporaryDirectory() as name:
        for source in options.sources:
            kills = [f"{point}:{chance.randint(1, POINTS[point])}"
                     for point in chance.choices(list(POINTS), k=options.kills)]  # fmt: skip
            well &= compared(Path(name), source, live, kills)
    return 0 if well else 1


def compared(place: Path, source: str, live: dict[Way, Read], kills: list[str]) -> bool:
    """Whether a source gives the ledger that polling gives, each page once; prints what it gave."""
    way = WAYS[source]
    folder = place / f"newsroom-{'with' if way.words else 'without'}-words"
    if not folder.exists():
        part(folder, words=way.words)
    settings = {"CLUSTERWATCH__READ__WORKERS": "2", "CLUSTERWATCH__READ__PAGES": way.pages}
    if way not in live:
        live[way] = polled(place / f"live-{way.words}-{way.pages}", folder, settings)
    with past_of(source, folder) as past:
        began = time.perf_counter()
        read = backfilled(place / source, folder, source, past, settings, kills)
        seconds = time.perf_counter() - began
        asked, twice = past.asked(), past.twice()
    found, once = differences(live[way], read), judged_once(read.program)
    print(f"{source}: {len(live[way].statements)} statements polled, {len(read.statements)} of the past")
    print(f"  {len(found)} differ; {seconds:.0f} s, killed {len(kills)} times ({', '.join(kills)})")
    print(f"  {len(asked)} pages fetched one by one, {len(twice)} of them more than once; "
          f"each read and judged once: {'yes' if once else 'NO'}", flush=True)  # fmt: skip
    for line in [*found, *twice]:
        print(f"  {line[:1000]}")
    return not found and not twice and once


if __name__ == "__main__":
    sys.exit(main())
