"""The answers and their documents, in the three shapes in which they are kept."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.analysis.documents import document_from_dict
from monitor.errors import UsageError
from monitor.model import Document


@dataclass(frozen=True, slots=True)
class GoldSet:
    """Answers, one a document, and the documents by id (only those that have an answer)."""

    rows: tuple[dict[str, Any], ...]
    documents: dict[str, Document]


def load_gold(path: Path, documents: Path | None = None) -> GoldSet:
    """Reads a gold file and the documents beside it.

    ``path`` is a JSON file with ``articles`` by file name (documents in ``../seeds``) or JSON lines with an
    ``id`` each (documents in ``documents.jsonl`` or ``articles.jsonl.gz`` beside it, or in ``documents``).
    Raises UsageError where a file is missing or cannot be read.
    """
    try:
        if path.suffix == ".json":
            return _by_file(path, documents or path.parent.parent / "seeds")
        rows = tuple(_lines(path))
        found = documents or next(
            (
                path.parent / name
                for name in ("documents.jsonl", "articles.jsonl.gz")
                if (path.parent / name).is_file()
            ),
            None,
        )
        if found is None:
            raise UsageError(f"no documents.jsonl or articles.jsonl.gz beside {path.name}")
        wanted = {str(row["id"]) for row in rows}
        held = {
            str(row["id"]): document_from_dict(row) for row in _lines(found) if str(row.get("id")) in wanted
        }
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"the answers in {path.name} cannot be read: {error}") from error
    return GoldSet(rows, held)


def _by_file(path: Path, folder: Path) -> GoldSet:
    table = json.loads(path.read_text("utf-8"))
    rows, documents = [], {}
    for name, answer in table["articles"].items():
        rows.append({"id": name, **answer})
        documents[name] = document_from_dict(
            {
                "id": name,
                "text": (folder / name).read_text("utf-8"),
                **{key: answer.get(key) for key in ("url", "published", "language", "outlet")},
            }
        )
    return GoldSet(tuple(rows), documents)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    for line in text.split("\n"):
        if line.strip():
            yield json.loads(line)
