"""An endpoint of the OpenAI-compatible form (``POST …/chat/completions``) that proposes statements.

Local servers (llama.cpp, Ollama, vLLM …) and hosted ones speak it. The answer is bounded in time and size,
and is only a text here: ``monitor.proposals`` decides what of it stands in the article.
"""

from __future__ import annotations

import json
from typing import Any, Final

from monitor.errors import AdviserFailed, SettingsError
from monitor.fetch.post import Answer, NotSent, Unanswered, is_web_address, request
from monitor.ports import Advice, Question

#: Tokens that an answer may take; thirty statements of usual length need about half.
_MOST_TOKENS: Final = 4_000
#: A server that counts more than this in one answer does not count tokens.
_TOO_MANY: Final = 10_000_000
_OK: Final = 200
_BUSY: Final = frozenset((408, 425, 429, 500, 502, 503, 504))


class ChatProposer:
    """Implements ``monitor.ports.Proposer``. ``url`` is the API's base, as ``http://localhost:11434/v1``.

    Raises SettingsError for an address that is none, and for a token that would go over plain http to
    another machine.
    """

    def __init__(self, *, url: str, model: str, token: str = "", timeout: float = 60.0) -> None:
        if not is_web_address(url, tls_or_loopback=bool(token)):
            raise SettingsError("proposals.url is no https address (plain http only without a token)")
        if not model:
            raise SettingsError("proposals.model is missing: which model shall the endpoint use?")
        self.model = model
        self._url = url.rstrip("/") + "/chat/completions"
        self._token = token
        self._timeout = timeout

    def propose(self, question: Question) -> Advice:
        """The endpoint's answer as text, with the tokens that it counted (or our estimate of them).

        Raises AdviserFailed: state ``adviser_unreachable``, ``adviser_busy`` (both pass), ``adviser_refuses``
        (a wrong key, an unknown model) or ``adviser_nonsense`` (an answer of another form).
        """
        body = json.dumps(self._body(question), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            answer = request("POST", self._url, headers, body, self._timeout)
        except (NotSent, Unanswered) as error:
            raise AdviserFailed("adviser_unreachable", str(error)) from None
        if answer.status in _BUSY:
            raise AdviserFailed("adviser_busy", f"HTTP {answer.status}", retry_after=answer.retry_after)
        if answer.status != _OK:
            raise AdviserFailed("adviser_refuses", f"HTTP {answer.status} {self._words(answer)}")
        return _advice(answer, body)

    def _words(self, answer: Answer) -> str:
        """The server's words without our key, which some servers repeat."""
        return answer.text.replace(self._token, "***") if self._token else answer.text

    def _body(self, question: Question) -> dict[str, Any]:
        return {
            "model": self.model,
            "temperature": 0,
            "max_tokens": _MOST_TOKENS,
            "messages": [
                {"role": "system", "content": question.system},
                {"role": "user", "content": question.user},
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "statements", "strict": True, "schema": dict(question.schema)},
            },
        }


def _advice(answer: Answer, asked: bytes) -> Advice:
    try:
        tree = json.loads(answer.body)
        choice = tree["choices"][0]
        content = choice["message"]["content"]
        used = tree.get("usage") or {}
        tokens = used.get("total_tokens")
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise AdviserFailed("adviser_nonsense", "no completion in the answer") from None
    if not isinstance(content, str):
        raise AdviserFailed("adviser_nonsense", "a completion without a text")
    if choice.get("finish_reason") == "length":
        raise AdviserFailed("adviser_nonsense", "the answer was cut off")
    if not isinstance(tokens, int) or isinstance(tokens, bool) or not 0 < tokens < _TOO_MANY:
        tokens = (len(asked) + len(answer.body)) // 3
    return Advice(content, tokens)
