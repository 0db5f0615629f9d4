"""Analyses and measurements as a person reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from monitor.cli.common import table, tell


def show_analysis(value: dict[str, Any]) -> None:
    """One analysis in words: the topic, then each statement with its evidence."""
    published = value["published"]
    month = value.get("published_month", "no date")
    when = f"{published['value']} ({published['source']})" if published else month
    tell(f"{value['title'] or value['id']}\n  {value['form']}, {value['language'] or '?'}, {when}")
    words = sorted({e["text"] for e in value["evidence"]})
    by = f": {', '.join(words[:8])}" if words else ""
    tell(f"  concerns the topic: {'yes' if value['concerns'] else 'no'} ({value['centrality']}{by})")
    for post in value["posts"]:
        mark = "*" if post["concerns"] else " "
        tell(f"  {mark} post {post['index']} {post['time'] or '-'} {post['headline'] or ''}")
    for statement in value["statements"]:
        show_statement(statement)
    for problem in value["problems"]:
        tell(f"  problem {problem['code']}: {problem['detail']}")


def show_statement(value: dict[str, Any]) -> None:
    """One report in words."""
    role = f", {value['role']}" if value["role"] else ""
    place = f" (post {value['post']})" if value["post"] is not None else ""
    tell(f"\n[{value['state'] or '--'}] {value['speaker']}{role}: {', '.join(value['positions'])}{place}")
    office = f" as {value['office']}" if value["office"] else ""
    tell(f"  {value['kind']}{office}, said {value['said_on'] or 'on an unknown day'}, {value['reporting']}")
    if value["venue"]:
        tell(f"  at: {value['venue']}")
    for passage in value["passages"]:
        marks = ("“", "”") if passage["kind"] == "direct" else ("", "")
        place = f"{passage['in']} {passage['start']}-{passage['end']}"
        tell(f"  {marks[0]}{passage['text']}{marks[1]}")
        tell(f"    {passage['fidelity']}, {place}, by {passage['rule']}")
    if value["held"]:
        tell(f"  held: {value['held']['reason']} ({value['held']['detail']})")


def show_evaluation(value: dict[str, Any], failures: int = 60) -> None:
    """The measurements as tables, then the failing items."""
    rows = [("topic", value["topic"])]
    statements = value["statements"]
    rows += [("statements, official", statements), ("statements, all kinds", statements.get("all") or {})]
    rows += [
        (f"  {language}", row) for language, row in sorted((statements.get("by_language") or {}).items())
    ]
    table(
        ("what", "precision", "recall", "f1", "right", "wrong", "missed"),
        [
            (n, *(_share(r.get(k)) for k in ("precision", "recall", "f1")), *(r.get(k) for k in _NUMBERS))
            for n, r in rows
            if r
        ],
    )
    tell(f"wrong speakers: {statements.get('wrong_speaker', 0)}\n")
    table(
        ("field", "share", "right", "of"),
        [
            (n, _share(r.get("share", r.get("f1"))), r.get("right"), r.get("of"))
            for n, r in sorted(value["fields"].items())
            if isinstance(r, dict)
        ],
    )
    tell("")
    table(
        ("rule", "used", "right", "precision"),
        [
            (r["rule"], r["used"], r["right"], _share(r["right"] / r["used"] if r["used"] else None))
            for r in value["rules"]
        ],
    )
    if "ledger" in value:
        tell("\nledger")
        for name, one in value["ledger"].items():
            shown = ", ".join(f"{k} {v}" for k, v in one.items()) if isinstance(one, dict) else one
            tell(f"  {name}: {shown}")
    tell(f"\nfailing items: {len(value['failures'])}")
    for failure in value["failures"][:failures]:
        text = " ".join(str(failure["text"]).split())[:160]
        tell(f"  {failure['stage']} {failure['document']}: {failure['what']}: {text}")


_NUMBERS = ("right", "wrong", "missed")


def show_reading(value: dict[str, Any]) -> None:
    """The readers of pages side by side, a table a folder; what is not known of its pages is left out."""
    for folder, measured in value["folders"].items():
        tell(f"{folder}: {measured['pages']} pages")
        names = list(measured["readers"])
        rows = [(label, *(figure(measured["readers"][name]) for name in names)) for label, figure in _READING]
        table(("", *names), [row for row in rows if any(row[1:])])
        ours = measured["readers"].get("clusterwatch", {})
        for label in ("lost", "wrong_days"):
            if ours.get(label):
                tell(f"  {label}: {', '.join(ours[label])}")
        tell("")
    if value["not_installed"]:
        tell(f"not installed, so not measured: {', '.join(value['not_installed'])}")


def show_naming(value: dict[str, Any]) -> None:
    """Who is named as speaker: all, by language and by rule, then each segment that is not right."""
    head = ("", "segments", "right", "wrong", "abstained", "precision", "recall")
    rows = [("all", value), *value["by_language"].items(), *value["by_rule"].items()]
    table(
        head,
        (
            (n, *(r[k] for k in head[1:5]), *(_share(r[k]) if r[k] is not None else "-" for k in head[5:]))
            for n, r in rows
        ),
    )
    for failure in value["failures"]:
        named = ", ".join(failure["named"]) or "nobody"
        tell(
            f"{failure['what']}: {failure['document']}: {failure['text']!r} by "
            f"{failure['speaker'][0]}; named: {named} ({failure['rule'] or 'no rule'})"
        )


def _of(row: dict[str, Any], right: str, total: str) -> str | None:
    return f"{row.get(right, 0)}/{row[total]}" if row.get(total) else None


def _milliseconds(row: dict[str, Any], name: str) -> str | None:
    value = row.get("ms", {}).get(name)
    return f"{value:.0f}" if value is not None else None


_READING: Final[tuple[tuple[str, Callable[[dict[str, Any]], str | None]], ...]] = (
    ("body precision", lambda r: _share(r["body"]["precision"]) if "body" in r else None),
    ("body recall", lambda r: _share(r["body"]["recall"]) if "body" in r else None),
    ("body F1", lambda r: _share(r["body"]["f1"]) if "body" in r else None),
    ("pages read", lambda r: str(r["read"])),
    ("pages lost that another has", lambda r: str(len(r["lost"]))),
    ("passages whole", lambda r: _of(r, "passages_kept", "passages")),
    ("titles", lambda r: _of(r, "titles_right", "titles")),
    ("days right", lambda r: _of(r, "days_right", "dates")),
    ("days wrong", lambda r: str(len(r["wrong_days"])) if r.get("dates") else None),
    ("times right of those given", lambda r: _of(r, "exact_right", "exact")),
    ("authors right", lambda r: _of(r, "authors_right", "authors")),
    ("authors given", lambda r: str(r.get("authors_given", 0))),
    ("posts right, of those known", lambda r: _of(r, "posts_right", "posts_wanted")),
    ("  with the right time", lambda r: _of(r, "posts_right_time", "posts_wanted")),
    ("posts found, of those the page lists", lambda r: _of(r, "posts_found", "posts_declared")),
    ("  with a time", lambda r: _of(r, "posts_timed", "posts_declared")),
    (
        "ordinary pages taken for live",
        lambda r: str(r.get("taken_for_live", 0)) if r.get("posts_wanted") else None,
    ),
    ("pages with a host's furniture left", lambda r: _of(r, "furniture_left", "furniture_pages")),
    ("CPU ms a page, median", lambda r: _milliseconds(r, "median")),
    ("CPU ms a page, 95 %", lambda r: _milliseconds(r, "p95")),
    ("pages a CPU-second", lambda r: _milliseconds(r, "pages_a_second")),
)


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}"


def show_reviews(measured: dict[str, Any]) -> None:
    """Prints what people said of told statements, and each fault that they named."""
    say_of = {"told": measured["told"], "reviewed": measured["reviewed"]}
    rows: list[tuple[object, ...]] = list(say_of.items())
    rows.append(("all right", _share(measured["precision"])))
    rows += [(f"{field} right", _share(value)) for field, value in measured["fields"].items()]
    table(("by what people said", "share"), rows)
    if measured["faults"]:
        tell()
        table(
            ("statement", "fault", "why"),
            [(f["statement"], f["fault"], f["why"]) for f in measured["faults"]],
        )
