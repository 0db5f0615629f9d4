"""Functions for the worker processes to run in tests: good ones, and some that misbehave."""

from __future__ import annotations

import os
import signal
import time
from multiprocessing.connection import Connection
from typing import NoReturn

from extractors.workers import WorkerPool


def square(number: int) -> int:
    return number * number


def process() -> int:
    return os.getpid()


def burn(seconds: float) -> int:
    until = time.process_time() + seconds
    count = 0
    while time.process_time() < until:
        count += 1
    return count


def hoard(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "slept"


def crash() -> NoReturn:
    os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(60)
    raise AssertionError


def leave() -> NoReturn:
    os._exit(3)


def fail(words: str) -> NoReturn:
    raise ValueError(words)


def recurse(depth: int = 0) -> int:
    return recurse(depth + 1)


class Stubborn(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__("stubborn")


def stubborn() -> NoReturn:
    raise Stubborn(1, 2)


def chatter(words: str) -> str:
    print(words)  # noqa: T201 - the point: a library that prints must not spoil the answers
    return words


def environment() -> dict[str, str]:
    return dict(os.environ)


def pool_of_its_own(numbers: list[int]) -> list[int]:
    """For a process that may have no children of multiprocessing's kind."""
    with WorkerPool(1) as pool:
        return list(pool.map(square, [(number,) for number in numbers]))


def report_pool(pipe: Connection) -> None:
    """Makes a pool, tells its child's process id, and waits to be killed."""
    with WorkerPool(1) as pool:
        (child,) = pool.map(process, [()])
        pipe.send(child)
        time.sleep(60)


def report_squares(pipe: Connection) -> None:
    """What a pool inside this process gives."""
    pipe.send(pool_of_its_own([1, 2, 3]))
