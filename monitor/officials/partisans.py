"""People whom a text goes on to call by their party (`sagte X. …, so der SPD-Politiker`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from monitor.model import Held
from monitor.officials.mentions import Mention, Reading
from monitor.officials.persons import People, Person
from monitor.officials.seats import of_party
from monitor.officials.setting import Setting

#: Sentences back in which the one who is meant was named.
_BACK: Final = 5


def told_by_party(
    people: People,
    reading: Reading,
    setting: Setting,
    nearest: Callable[[Sequence[Person], Mention], Person | Held | None],
) -> None:
    """Gives such a role, and the state that its party tells, to the only person named right before."""
    tokens = reading.tokens
    for mention in reading.mentions:
        if mention.name or mention.role.head != "office" or not mention.role.definite:
            continue
        role = of_party(mention.role)
        if role.state is None or not (mention.role.state is None or mention.role.implied):
            continue
        named: dict[int, Person] = {}
        for other in setting.earlier(mention):
            person = people.of(other) if other.name and not other.possessed else None
            near = tokens.sentence[mention.first] - tokens.sentence[other.first] <= _BACK
            if person is None or person.organised or not near:
                continue
            if not person.full and not person.roles:
                chosen = nearest(people.called(person.key), other)
                person = chosen if isinstance(chosen, Person) else person
            named[id(person)] = person
        meant = next(iter(named.values())) if len(named) == 1 else None
        if meant is not None and (meant.female is None or role.female in {None, meant.female}):
            meant.extra.append(role)
