"""The HTML of every kind of message keeps to what large mail clients show (tests/data/mail_clients.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import html
from lxml.html import HtmlElement
from properties import examples
from test_digest import SINCE, WATCH, of
from told import NOW, TOLD, tolds

from alerts.digest import render_digest, render_quiet
from alerts.notices import notice
from alerts.render import render
from alerts.wording import languages
from monitor.cli.specimen import SPECIMEN
from monitor.model import Told, ToldPassage

RULES: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "data" / "mail_clients.toml").read_text("utf-8")
)
ARABIC = ToldPassage("لن نتخلى عن هذه الأسلحة\nولن نقبل بها على أرضنا", "direct", "ar", "verbatim")
WITHDRAWN = replace(TOLD.outlets[0], withdrawn=True)


def _digest() -> str:
    message = render_digest(
        [of(1, "UA", "condemns"), TOLD],
        found_late=[of(2, None, "denies_use")],
        updates=[replace(TOLD, change="the official source has published it")],
        watch=WATCH, since=SINCE, until=NOW, installation="desk",
    )  # fmt: skip
    assert message is not None
    return message.html


def _alert(**changes: Any) -> str:
    return render(replace(TOLD, **changes), installation="desk").html


MESSAGES = {
    "alert": _alert(),
    "specimen": render(SPECIMEN, installation="desk").html,
    "update": _alert(change="now in 3 independent outlets"),
    "arabic": _alert(passages=(ARABIC,)),
    "unverified": _alert(corroboration="unverified", outlets=TOLD.outlets[:1]),
    "withdrawn": _alert(change="WITHDRAWN: not an official", outlets=(WITHDRAWN,)),
    "unlinked": _alert(outlets=(replace(TOLD.outlets[0], url="javascript:x"),), ledger_url=None, related=()),
    "digest": _digest(),
    "quiet week": render_quiet(WATCH, until=NOW, installation="desk").html,
    "notice": notice("channel_down", "email", NOW, "421 try later", headers={}, language="en").html,
} | {f"in {code}": render(TOLD, installation="desk", language=code).html for code in languages()}


def violations(text: str) -> list[str]:
    """What the rules do not allow, in words; empty where all is well."""
    page = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    return [wrong for element in page.iter() for wrong in _element(element)]


def _element(element: HtmlElement) -> Iterator[str]:
    if not isinstance(element.tag, str):
        return
    tag = element.tag
    if tag not in RULES["tags"]:
        yield f"<{tag}>"
    for name, value in element.attrib.items():
        rule = RULES["attributes"].get(name)
        if rule is None or tag not in rule.get("on", [tag]):
            yield f"<{tag} {name}>"
        if name == "style":
            yield from _declarations(value, tag)
    if tag == "style":
        yield from _sheet(element.text or "")


def _declarations(text: str, tag: str) -> Iterator[str]:
    for part in filter(str.strip, text.split(";")):
        name, _, value = (x.strip() for x in part.partition(":"))
        rule = RULES["inline"].get(name)
        if rule is None or tag not in rule.get("on", [tag]):
            yield f"<{tag} style={name}>"
        elif "values" in rule and value not in rule["values"]:
            yield f"<{tag} style={name}:{value}>"
        if re.search(r"url\(|var\(|calc\(|\brem\b|!important|-\d", value):
            yield f"<{tag} style={name}:{value}>"


def _sheet(text: str) -> Iterator[str]:
    if len(text.encode()) > RULES["limits"]["style_element_bytes"]:
        yield "<style> too large"
    media = re.findall(r"@([a-z-]+)\s*([^{]*)\{", text)
    yield from (f"@{name}" for name, _ in media if name != "media")
    yield from (f"@media {query}" for _, query in media if query.strip(" ()") not in RULES["media"])
    for selectors, body in re.findall(r"([^{}@]+)\{([^{}]*)\}", re.sub(r"@media[^{]*\{", "", text)):
        for selector in selectors.split(","):
            if not re.fullmatch(r"\s*(?:\.[a-z]+|[a-z]+|:root)\s*", selector.strip("} \n")):
                yield f"selector {selector.strip()}"
        for part in filter(str.strip, body.split(";")):
            name, _, value = (x.strip() for x in part.partition(":"))
            rule = RULES["sheet"].get(name)
            shown = value.removesuffix(" !important")
            if rule is None or ("values" in rule and shown not in rule["values"]):
                yield f"sheet {name}: {value}"


@pytest.mark.parametrize("kind", MESSAGES)
def test_every_kind_of_message_keeps_to_the_rules(kind: str) -> None:
    assert violations(MESSAGES[kind]) == []


@settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(told=tolds)
def test_whatever_is_told_keeps_to_the_rules(told: Told) -> None:
    assert violations(render(told, installation="desk").html) == []


@pytest.mark.parametrize(
    ("bad", "found"),
    [
        ("<p><bdi>x</bdi></p>", ["<bdi>"]),
        ("<div>x</div>", ["<div>"]),
        ("<p><img src='https://x.example/a.png'></p>", ["<img>", "<img src>"]),
        ("<p style='padding:2px'>x</p>", ["<p style=padding>"]),
        ("<p style='white-space:pre-line'>x</p>", ["<p style=white-space:pre-line>"]),
        ("<p style='color:var(--x)'>x</p>", ["<p style=color:var(--x)>"]),
        ("<td align='left' width='3'>x</td>", ["<td width>"]),
    ],
)
def test_the_rules_find_what_clients_do_not_show(bad: str, found: list[str]) -> None:
    body = bad if "<td" not in bad else f"<table><tr>{bad}</tr></table>"
    assert violations(f"<html><body>{body}</body></html>") == found


@pytest.mark.parametrize(
    ("sheet", "found"),
    [
        ("@import url(x.css); .a { color: red }", "@import"),
        (".a > .b { color: red }", "selector"),
        (".a { position: fixed }", "sheet position"),
        ("@media (hover: hover) { .a { color: red } }", "@media"),
    ],
)
def test_the_rules_find_what_style_sheets_may_not_have(sheet: str, found: str) -> None:
    page = f"<html><head><style>{sheet}</style></head><body><p>x</p></body></html>"
    assert any(wrong.startswith(found) for wrong in violations(page)), violations(page)


def test_each_rule_has_its_source_and_what_is_seen_without_it() -> None:
    for table in ("tags", "attributes", "inline", "sheet", "media"):
        for name, rule in RULES[table].items():
            assert re.fullmatch(r"(?:css|html)-[a-z0-9-]+|https://\S+", rule["source"]), name
            assert rule.get("without") or not rule.get("enhances"), name


def test_a_dark_colour_for_every_light_one() -> None:
    """Each inlined colour stands where a class has a dark one, so that nothing is dark on dark."""
    page = html.document_fromstring(MESSAGES["digest"])
    sheet = "".join(page.xpath("//style/text()"))
    dark = set(re.findall(r"(?:\.([a-z]+)|\bbody)(?=[^{}]*\{[^{}]*!important)", sheet))
    for element in page.xpath("//body//*[contains(@style, 'color:')]"):
        style = re.sub(r"border[^;]*", "", element.get("style"))
        if "color:" in style:
            assert set((element.get("class") or "").split()) & dark, html.tostring(element)[:120]


def test_an_ordinary_alert_is_not_cut_by_gmail() -> None:
    assert len(MESSAGES["alert"].encode()) < RULES["limits"]["message_bytes"] / 4
