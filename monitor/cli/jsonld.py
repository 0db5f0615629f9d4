"""The ledger as linked data: Schema.org's Quotation in JSON-LD 1.1.

A statement is a CreativeWork with its speaker as creator; its passages are Quotations (words of the
speaker) or plain works with an abstract (what an outlet says in its own words), each based on the article
in which it stands. Source of the terms: schema.org/Quotation, schema.org/NewsArticle.
"""

from __future__ import annotations

from typing import Any, Final

from monitor.cli.citation import speaks_itself
from monitor.officials.states import ORGANISATIONS, state_name

CONTEXT: Final = "https://schema.org"
_ABOUT: Final = {"@type": "Thing", "name": "Cluster munitions"}


def linked_data(values: list[dict[str, Any]], installation: str) -> dict[str, Any]:
    """Statements (as ``statements --format json`` gives them) as one JSON-LD document."""
    articles: dict[str, dict[str, Any]] = {}
    graph: list[dict[str, Any]] = []
    for value in values:
        ids = {a["article"]: _article(a, installation, articles) for a in value["appearances"]}
        graph.append(_statement(value, installation, ids))
    return {"@context": CONTEXT, "@graph": [*graph, *articles.values()]}


def _statement(value: dict[str, Any], installation: str, ids: dict[str, str]) -> dict[str, Any]:
    name = f"urn:clusterwatch:{installation}:{value['id']}"
    creator = _speaker(value, f"{name}:speaker")
    days = [value["said_from"], value["said_to"]]
    parts = [
        _passage(passage, f"{name}:{number}", creator["@id"], ids.get(passage["article"]))
        for number, passage in enumerate(value["passages"], start=1)
    ]
    return _known(
        {
            "@id": name,
            "@type": "CreativeWork",
            "identifier": value["id"],
            "genre": "official statement",
            "creator": creator,
            "dateCreated": value["said_on"],
            "temporalCoverage": "/".join(days) if all(days) and not value["said_on"] else None,
            "datePublished": value["first_published"],
            "locationCreated": {"@type": "Place", "name": value["venue"]} if value["venue"] else None,
            "about": _ABOUT,
            "keywords": list(value["positions"]),
            "hasPart": parts,
            "citation": [{"@id": one} for one in dict.fromkeys(ids.values())],
        }
    )


def _speaker(value: dict[str, Any], name: str) -> dict[str, Any]:
    """A person with the title of the office and the body or state spoken for, or the body that speaks itself.

    Whose citizen a person is nobody said: a state is what an office serves, never a nationality.
    """
    own, latin = value["speaker"], value["speaker_en"]
    body = None if speaks_itself(value) else value["body"]
    names = {"name": own, "alternateName": latin if latin != own else None}
    area = _area(value["state"])
    if speaks_itself(value):
        return _known({"@id": name, "@type": "Organization", **names, "areaServed": area})
    serves = {"@type": "Organization", "name": body} if body else None
    if serves is None and area is not None:
        serves = (
            area
            if area["@type"] == "Organization"
            else {"@type": "GovernmentOrganization", "areaServed": area}
        )
    person = {"@id": name, "@type": "Person", **names, "identifier": value["official"]}
    return _known({**person, "jobTitle": value["role"], "worksFor": serves})


def _area(state: str | None) -> dict[str, Any] | None:
    """The state as a country, or the organisation that has a code among them."""
    if not state:
        return None
    kind = "Organization" if state in ORGANISATIONS else "Country"
    return {"@type": kind, "name": state_name(state), "identifier": state}


def _passage(passage: dict[str, Any], name: str, creator: str, article: str | None) -> dict[str, Any]:
    """``creativeWorkStatus`` is the fidelity: verbatim, partial, paraphrase, translated, back_translated."""
    direct = passage["kind"] == "direct"
    return _known(
        {
            "@id": name,
            "@type": "Quotation" if direct else "CreativeWork",
            "creator": {"@id": creator} if direct else None,
            "text" if direct else "abstract": passage["text"],
            "inLanguage": passage["language"],
            "creativeWorkStatus": passage["fidelity"],
            "isBasedOn": {"@id": article} if article else None,
        }
    )


def _article(appearance: dict[str, Any], installation: str, articles: dict[str, dict[str, Any]]) -> str:
    url = appearance["url"]
    web = isinstance(url, str) and url.startswith(("http://", "https://"))
    name = url if web else f"urn:clusterwatch:{installation}:{appearance['article']}"
    outlet = appearance["outlet"]
    articles[name] = _known(
        {
            "@id": name,
            "@type": "Article" if appearance["official_source"] else "NewsArticle",
            "url": url if web else None,
            "headline": appearance["title"],
            "inLanguage": appearance["language"],
            "datePublished": appearance["published"],
            "publisher": {"@type": "Organization", "name": outlet} if outlet else None,
        }
    )
    return name


def _known(node: dict[str, Any]) -> dict[str, Any]:
    """The node without what is not known."""
    return {name: value for name, value in node.items() if value not in (None, [], "")}
