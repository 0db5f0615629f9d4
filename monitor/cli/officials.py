"""``clusterwatch officials``: what the register knows and for which days, and its refresh from Wikidata."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, Final

import click

from monitor import app
from monitor.cli.common import loaded, result, say, table, tell
from monitor.errors import UsageError
from monitor.officials import Register, Term
from monitor.officials.lexicon import data
from monitor.officials.refreshing import previous_of
from monitor.officials.wikidata import PROBLEMS
from monitor.pipeline.officials import Refresh, refresh
from monitor.settings import Settings

#: The posts whose holders ought to be known; `check` names those whom the register lacks on a day.
_POSTS: Final = ("foreign_minister", "defence_minister")
_SURE: Final = {True: "in office", None: "unknown since", False: "out of office"}


@click.group("officials")
def officials_group() -> None:
    """The register of officials, and the lists over it."""


@officials_group.command("list")
@click.option("--state", help="A state's code, or UN EU NATO OSCE ICRC AFU CCM.")
@click.option("--office", help="An office's code, for instance defence_minister.")
@click.option("--name", help="A name, in any spelling that the register can read.")
@click.option("--on", "on_text", metavar="DAY", help="Only who may be in office on that day.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def list_officials(
    context: click.Context,
    state: str | None,
    office: str | None,
    name: str | None,
    on_text: str | None,
    as_json: bool,
) -> None:
    """The terms of office that the register has, with the source of each."""
    register = app.register_of(loaded(context).settings.register_.files)
    on = _day(on_text) if on_text else None
    named = {official.id for official in register.named(name)} if name else None
    terms = [
        term
        for term in register.terms()
        if (state is None or term.state == state.upper())
        and (office is None or term.office == office)
        and (named is None or term.official in named)
        and (on is None or ((term.since is None or term.since <= on) and term.covers(on) is not False))
    ]
    terms.sort(key=lambda t: (t.state, t.office, t.since or date.min, t.official))
    if as_json:
        result([_shown(register, term, on) for term in terms])
        return
    head = ("name", "state", "office", "from", "until", "as of", "source")
    table(head, ([*_cells(register, term)] for term in terms))


@officials_group.command("check")
@click.option("--on", "on_text", metavar="DAY", help="Else today.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def check(context: click.Context, on_text: str | None, as_json: bool) -> None:
    """Read all lists, and tell what the register knows, and whom it does not know on a day."""
    settings = loaded(context).settings
    register = app.register_of(settings.register_.files)
    on = _day(on_text) if on_text else app.clock_of(settings).now().date()
    terms = list(register.terms())
    states = sorted({term.state for term in terms})
    posts = [(state, office) for state in states for office in _POSTS if len(state) == 2]
    holders = {post: register.holders_of(*post, on) for post in posts}
    value = {
        "lists": ["the program's own", *settings.register_.files],
        "officials": sum(1 for _ in register.officials()),
        "terms": len(terms),
        "states_and_organisations": len(states),
        "terms_known_after_mid_2022": sum(_recent(term) for term in terms),
        "valid_as_of": _valid(settings, terms),
        "convention_valid_as_of": data("convention.toml")["valid_as_of"],
        "on": on,
        "posts": {
            "known": sum(any(h.certain for h in held) for held in holders.values()),
            "end_unknown": sum(bool(held) and not any(h.certain for h in held) for held in holders.values()),
            "nobody": [" ".join(post) for post, held in holders.items() if not held],
        },
    }
    if as_json:
        result(value)
    else:
        _show(value)


@officials_group.command("refresh")
@click.option(
    "--from",
    "saved",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Saved answers (as --save keeps them) in place of the network.",
)
@click.option("--save", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))
@click.option("--to", "target", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--allow-loss", is_flag=True, help="Believe an answer that lacks over a tenth of what is known."
)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def refresh_command(
    context: click.Context,
    saved: Path | None,
    save: Path | None,
    target: Path | None,
    allow_loss: bool,
    as_json: bool,
) -> None:
    """Ask Wikidata who holds which office, and write that into the list that register.refreshed names."""
    settings = loaded(context).settings
    where = target or Path(settings.register_.refreshed)
    if target is None and not settings.register_.refreshed:
        raise UsageError("register.refreshed is empty: name the list with --to FILE")
    clock = app.clock_of(settings)
    fetcher = None
    if saved is None:
        if not settings.fetch.contact:
            raise UsageError("fetch.contact is empty: Wikidata wants to know whom to ask about its visitors")
        fetcher = app.patient_fetcher_of(settings, clock)
    done = refresh(
        app.register_of(()), where, clock.now(), fetcher, saved, save=save, allow_loss=allow_loss
    )  # fmt: skip
    _tell(done, where, as_json)
    if any(outcome.state != "ok" for outcome in done.outcomes):
        context.exit(1)


def _tell(done: Refresh, where: Path, as_json: bool) -> None:
    if as_json:
        result(
            {
                "list": str(where),
                "kinds": [
                    {
                        "kind": o.kind, "state": o.state, "detail": o.detail, "rows": o.rows, "kept": o.kept,
                        "valid_as_of": done.valid_as_of.get(o.kind), "problems": dict(o.problems),
                    }
                    for o in done.outcomes
                ],
                "new_people": done.new,
                "conflicts": [
                    {name: getattr(c, name) for name in c.__dataclass_fields__} for c in done.conflicts
                ],
            }
        )  # fmt: skip
        return
    head = ("kind", "state", "rows", "valid as of", "not taken")
    table(
        head,
        ([o.kind, o.state, o.rows, done.valid_as_of.get(o.kind), _said(o.problems)] for o in done.outcomes),
    )
    for outcome in done.outcomes:
        if outcome.state != "ok":
            kept = "the rows of the last refresh stay" if outcome.kept else "no rows"
            say(f"{outcome.kind}: {outcome.state} ({outcome.detail}); {kept}")
    if done.conflicts:
        tell(f"\n{len(done.conflicts)} disagreements with the program's list, whose days stay:")
        table(
            ("what", "name", "state", "office", "here", "Wikidata", "source"),
            ([c.what, c.name, c.state, c.office, c.ours, c.theirs, c.source] for c in done.conflicts),
        )


def _said(problems: Counter[str]) -> str:
    return ", ".join(f"{number} {PROBLEMS[name]}" for name, number in problems.most_common()) or "-"


def _valid(settings: Settings, terms: list[Term]) -> dict[str, Any]:
    """The last day for which each list tells anything."""
    days: dict[str, Any] = {"program": max((t.as_of for t in terms if t.as_of), default=None)}
    if settings.register_.refreshed:
        days.update(previous_of(Path(settings.register_.refreshed)).valid_as_of)
    return days


def _recent(term: Term) -> bool:
    last = term.until or term.as_of
    return last is not None and last > date(2022, 8, 7)


def _show(value: dict[str, Any]) -> None:
    for name in ("officials", "terms", "states_and_organisations", "terms_known_after_mid_2022"):
        tell(f"{name.replace('_', ' ')}: {value[name]}")
    for name, day in value["valid_as_of"].items():
        tell(f"valid as of, {name}: {day}")
    tell(f"standing under the Convention, valid as of: {value['convention_valid_as_of']}")
    posts = value["posts"]
    tell(
        f"foreign and defence ministers on {value['on']}: {posts['known']} known, {posts['end_unknown']} "
        f"last known to be in office before that day, {len(posts['nobody'])} posts with nobody"
    )
    tell("lists: " + ", ".join(value["lists"]))


def _cells(register: Register, term: Term) -> list[object]:
    official = register.official(term.official)
    name = official.name if official else term.official
    return [name, term.state, term.office, term.since, term.until, term.as_of, term.source]


def _shown(register: Register, term: Term, on: date | None) -> dict[str, Any]:
    official = register.official(term.official)
    return {
        "official": term.official,
        "name": official.name if official else term.official,
        "aliases": list(official.aliases) if official else [],
        "state": term.state, "office": term.office, "title": term.title or None, "from": term.since,
        "until": term.until, "as_of": term.as_of, "over": term.over, "source": term.source,
        "on": _SURE[term.covers(on)] if on else None,
    }  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no day (YYYY-MM-DD)") from None
