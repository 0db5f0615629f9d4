"""Child processes for pure functions: warm, limited, replaced when they die.

Bytes from the network are only ever read in such a child. It is a plain Python started by name, not
forked: it works from a thread, from a task of a scheduler, from the command line and under pytest, needs
no ``__main__`` guard, and sees neither our sockets nor our secrets (a short list of environment variables
goes along). One item is one exchange of pickles over a pair of pipes; what goes wrong costs that item.

Limits an item: CPU seconds (RLIMIT_CPU, moved on before each item), memory (RLIMIT_DATA, on Linux every
private mapping counts), wall time (the parent's watch). The standard library's pool is not used because
the death of one child breaks it for all.
"""

from __future__ import annotations

import contextlib
import importlib
import math
import os
import pickle
import queue
import resource
import select
import signal
import struct
import subprocess
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from monitor.errors import Unreadable

#: A child may take this long to start and load what it needs.
START_SECONDS: Final = 120.0
#: A child is replaced after so many items: what libraries keep for themselves does not grow for ever.
ITEMS_A_CHILD: Final = 2000
_ENVIRONMENT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "OPENBLAS_CORETYPE")
_HEAD: Final = struct.Struct("<Q")
_CHILD: Final = "from extractors.workers import serve; serve()"


class WorkerPool:
    """Runs pure functions in ``processes`` children; implements ``monitor.ports.Workers``.

    With ``processes=0`` they run here, in turn and without limits. Functions go by name, so they must
    stand at the top of an importable module. ``preload`` names modules that a child imports at its start.
    Use it as a context manager, or call ``close``.
    """

    def __init__(
        self,
        processes: int,
        cpu_seconds: int = 20,
        memory_mb: int = 1024,
        wall_seconds: float = 60.0,
        preload: tuple[str, ...] = (),
    ) -> None:
        self.processes = processes
        self._limits = (cpu_seconds, memory_mb, preload)
        self._wall = wall_seconds
        # The child that was free last comes first: another is started only when all that there are have work.
        self._idle: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        self._children: set[_Child] = set()
        self._closed = False
        self._threads = ThreadPoolExecutor(processes, "worker") if processes > 0 else None
        for _ in range(processes):
            self._idle.put(None)

    def map(
        self, function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]
    ) -> Iterator[Any | Exception]:
        """Yields results in the order of the arguments, an exception in the place of an item that failed.

        ``Unreadable`` with state ``cpu_limit``, ``memory_limit``, ``time_limit`` or ``worker_died`` tells
        of an item that a limit or a crash ended; any other exception is the function's own. Arguments are
        taken as they are needed, at most four a child ahead of the result last taken.
        """
        if self._threads is None:
            for item in arguments:
                yield _here(function, item)
            return
        ahead = self.processes * 4
        waiting: deque[Future[Any]] = deque()
        try:
            for item in arguments:
                waiting.append(self._threads.submit(self._one, function, item))
                if len(waiting) >= ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        """Ends the children, also in the middle of an item."""
        self._closed = True
        for child in list(self._children):
            child.kill()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
        for child in list(self._children):
            child.end()
        self._children.clear()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _one(self, function: Callable[..., Any], item: tuple[Any, ...]) -> Any | Exception:
        """One item in whichever child is free; never raises for what happens there."""
        try:
            request = pickle.dumps((function, item), pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # noqa: BLE001 - whatever a caller's object does when it is pickled
            return error
        child = self._idle.get()
        try:
            if child is None:
                if self._closed:
                    return Unreadable("worker_died", "the workers are closed")
                child = _Child(*self._limits)
                self._children.add(child)
            good, answer = child.ask(request, self._wall)
            if not good or child.items >= ITEMS_A_CHILD:
                self._children.discard(child)
                child.end()
                child = None
            return answer
        except OSError as error:
            return Unreadable("worker_died", f"no child process could be started: {error.strerror}")
        finally:
            self._idle.put(child)


def _here(function: Callable[..., Any], item: tuple[Any, ...]) -> Any | Exception:
    try:
        return function(*item)
    except MemoryError:
        return Unreadable("memory_limit", "out of memory")
    except Exception as error:  # noqa: BLE001 - the port gives every item's error back as its result
        return error


class _Child:
    """One child process and its two pipes."""

    def __init__(self, cpu_seconds: int, memory_mb: int, preload: tuple[str, ...]) -> None:
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        self.items = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no word from outside
            [sys.executable, "-P", "-c", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        assert self._process.stdout is not None  # noqa: S101
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self._first = pickle.dumps((cpu_seconds, memory_mb, preload))
        self._started = False

    def ask(self, request: bytes, seconds: float) -> tuple[bool, Any | Exception]:
        """Whether the child can go on, and the item's result or exception."""
        self.items += 1
        try:
            if not self._started:
                deadline = time.monotonic() + START_SECONDS
                self._send(self._first, deadline)
                self._receive(deadline)
                self._started = True
            deadline = time.monotonic() + seconds
            self._send(request, deadline)
            return pickle.loads(self._receive(deadline))  # type: ignore[no-any-return]  # noqa: S301 - our child
        except TimeoutError:
            if not self._started:
                return False, Unreadable("worker_died", "the child process did not start")
            return False, Unreadable("time_limit", f"no result within {seconds:g} s")
        except (EOFError, OSError):
            return False, self._death()
        except Exception as error:  # noqa: BLE001 - an answer that cannot be read back
            return False, Unreadable("worker_died", f"its answer cannot be read: {type(error).__name__}")

    def _death(self) -> Unreadable:
        code = self._process.wait()
        if code == -signal.SIGXCPU:
            return Unreadable("cpu_limit", "took more CPU time than an item may")
        cause = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return Unreadable("worker_died", f"the child process ended ({cause})")

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(_HEAD.pack(len(data)) + data)
        while view:
            self._wait(self._in, select.POLLOUT, deadline)
            with contextlib.suppress(BlockingIOError):
                view = view[os.write(self._in, view[: 1 << 20]) :]

    def _receive(self, deadline: float) -> bytes:
        (length,) = _HEAD.unpack(self._read(_HEAD.size, deadline))
        return self._read(length, deadline)

    def _read(self, length: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < length:
            self._wait(self._out, select.POLLIN, deadline)
            with contextlib.suppress(BlockingIOError):
                piece = os.read(self._out, min(length - len(data), 1 << 20))
                if not piece:
                    raise EOFError
                data += piece
        return bytes(data)

    @staticmethod
    def _wait(descriptor: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(math.ceil(left * 1000)):
            raise TimeoutError

    def kill(self) -> None:
        """Ends the process at once; may be called from another thread."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def end(self) -> None:
        """Ends the process and gives back its pipes."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


# --- the child's side ---------------------------------------------------------------------------------


def serve() -> None:
    """The child's life: limits, preloading, then one item after the other until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when a child ends
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what a library prints must not end up among the answers
    first = _next(requests)
    if first is None:
        return
    cpu_seconds, memory_mb, preload = pickle.loads(first)  # noqa: S301 - from our parent
    for name in preload:
        importlib.import_module(name)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_DATA, memory_mb << 20)
    _answer(answers, b"ready")
    while (request := _next(requests)) is not None:
        _limit(resource.RLIMIT_CPU, math.ceil(time.process_time()) + cpu_seconds)
        _answer(answers, _work(request))


def _limit(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(what, (value, hard))


def _work(request: bytes) -> bytes:
    """The pickled (can go on, result) of one request."""
    try:
        function, item = pickle.loads(request)  # noqa: S301 - from our parent
        return pickle.dumps((True, function(*item)), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps((False, Unreadable("memory_limit", "needs more memory than an item may")))
    except RecursionError:
        return pickle.dumps((True, Unreadable("too_deep", "nested too deep to be read")))
    except Exception as error:  # noqa: BLE001 - every item's error goes back as its result
        error.__traceback__, trace = None, traceback.format_exc()
        error.add_note(trace)
        try:
            packed = pickle.dumps((True, error), pickle.HIGHEST_PROTOCOL)
            pickle.loads(packed)  # noqa: S301 - our own, to see that it can be read back
            return packed
        except Exception:  # noqa: BLE001 - an exception that cannot travel
            return pickle.dumps((True, Unreadable("failed", f"{type(error).__name__}: {error}"[:500])))


def _next(pipe: Any) -> bytes | None:
    head = _exactly(pipe, _HEAD.size)
    return None if head is None else _exactly(pipe, _HEAD.unpack(head)[0])


def _exactly(pipe: Any, length: int) -> bytes | None:
    data = bytearray()
    while len(data) < length:
        piece = pipe.read(min(length - len(data), 1 << 20))
        if not piece:
            return None
        data += piece
    return bytes(data)


def _answer(pipe: Any, data: bytes) -> None:
    view = memoryview(_HEAD.pack(len(data)) + data)
    while view:
        view = view[pipe.write(view) :]
