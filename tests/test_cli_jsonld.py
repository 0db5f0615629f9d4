"""Linked data of the ledger: who said what, for whom and where, by the words of Schema.org."""

from __future__ import annotations

from typing import Any

import jsonschema
from citedstatement import appearance, statement

from monitor.cli.jsonld import linked_data

#: What Schema.org 29 gives each of the types that are used (their own properties, and those they inherit).
WORK = {
    "@id", "@type", "identifier", "genre", "creator", "dateCreated", "temporalCoverage", "datePublished",
    "locationCreated", "about", "keywords", "hasPart", "citation", "text", "abstract", "inLanguage",
    "creativeWorkStatus", "isBasedOn", "url", "headline", "publisher",
}  # fmt: skip


THING = {"@id", "@type", "name", "alternateName", "identifier"}
TYPES = {
    "CreativeWork": WORK,
    "Quotation": WORK,
    "NewsArticle": WORK,
    "Article": WORK,
    "Person": THING | {"jobTitle", "worksFor"},
    "Organization": THING | {"areaServed"},
    "GovernmentOrganization": THING | {"areaServed"},
    "Country": THING,
    "Place": THING,
    "Thing": THING,
}


NODE = {
    "type": "object",
    "required": ["@id", "@type"],
    "properties": {
        "@id": {"type": "string", "pattern": "^(urn:clusterwatch:|https?://)"},
        "dateCreated": {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "datePublished": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T"},
        "hasPart": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["@id", "@type", "isBasedOn"],
                "oneOf": [
                    {"required": ["text", "creator"], "properties": {"@type": {"const": "Quotation"}}},
                    {"required": ["abstract"], "properties": {"@type": {"const": "CreativeWork"}}},
                ],
            },
        },
    },
}


DOCUMENT = {
    "type": "object",
    "required": ["@context", "@graph"],
    "additionalProperties": False,
    "properties": {"@context": {"const": "https://schema.org"}, "@graph": {"type": "array", "items": NODE}},
}


def check(document: dict[str, Any]) -> None:
    """The shape, only properties that its types have, every reference to a node that is there."""
    jsonschema.validate(document, DOCUMENT)
    named: set[str] = set()
    asked: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if set(node) == {"@id"}:
                asked.add(node["@id"])
                return
            assert set(node) <= TYPES[node["@type"]], node
            if "@id" in node:
                assert node["@id"] not in named
                named.add(node["@id"])
            for one in node.values():
                walk(one)

    walk(document["@graph"])
    assert asked <= named


def test_linked_data_says_who_for_whom_what_and_where() -> None:
    indirect = {
        **statement()["passages"][0],
        "text": "she condemned it",
        "kind": "indirect",
        "fidelity": "paraphrase",
    }
    value = statement(appearance(), appearance(article="a2", url="id:x", outlet=None, official_source=True),
                      venue="Oslo")  # fmt: skip
    value["passages"].append(indirect)
    un = statement(
        id="s13", state="UN", said_on=None, said_to="2023-07-12", speaker="Анна", speaker_en="Anna"
    )
    body = statement(id="s14", speaker="NATO", speaker_en="NATO", body="NATO", state="NATO", role=None)
    ministry = statement(id="s15", body="Ministry of Defence", state="UA")
    kremlin = statement(
        id="s17", speaker="Кремль", speaker_en="Kremlin", body="Кремлі", state="RU", role=None,
        official="body:kremlin",
    )  # fmt: skip
    others = [ministry, kremlin, statement(id="s16", state=None, positions=[])]
    document = linked_data([value, un, body, *others], "abc")
    check(document)
    nodes = {node["@id"]: node for node in document["@graph"]}
    first = nodes["urn:clusterwatch:abc:s12"]
    assert first["creator"]["jobTitle"] == "Norwegian Foreign Minister"
    assert first["creator"]["worksFor"]["areaServed"] == {
        "@type": "Country",
        "name": "Norway",
        "identifier": "NO",
    }
    assert [part.get("text") or part["abstract"] for part in first["hasPart"]] == [
        "Never again",
        "she condemned it",
    ]
    assert first["hasPart"][0]["isBasedOn"] == {"@id": "https://gazeta.example/1"}
    assert [one["@id"] for one in first["citation"]] == [
        "https://gazeta.example/1",
        "urn:clusterwatch:abc:a2",
    ]
    assert nodes["urn:clusterwatch:abc:s13"]["temporalCoverage"] == "2023-07-11/2023-07-12"
    assert nodes["urn:clusterwatch:abc:s13"]["creator"]["worksFor"]["name"] == "United Nations"
    assert nodes["urn:clusterwatch:abc:s13"]["creator"]["alternateName"] == "Anna"
    assert nodes["urn:clusterwatch:abc:s14"]["creator"]["@type"] == "Organization"
    assert nodes["urn:clusterwatch:abc:s15"]["creator"]["worksFor"]["name"] == "Ministry of Defence"
    spoken = nodes["urn:clusterwatch:abc:s17"]["creator"]
    assert (spoken["@type"], spoken["alternateName"]) == ("Organization", "Kremlin")
    assert nodes["https://gazeta.example/1"]["publisher"]["name"] == "Gazeta"
    assert nodes["https://gazeta.example/1"]["@type"] == "NewsArticle"
    assert (
        nodes["urn:clusterwatch:abc:a2"]["@type"] == "Article"
    )  # what a ministry publishes itself is no news item
