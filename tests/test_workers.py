"""The worker processes: order, limits, and that one bad item costs only itself."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import worker_jobs as jobs

from extractors.feed import parse_feed_job
from extractors.workers import WorkerPool
from monitor.errors import NotAFeed, Unreadable


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2, cpu_seconds=1, memory_mb=300, wall_seconds=30) as pool:
        yield pool


def test_results_come_in_order(pool: WorkerPool) -> None:
    assert list(pool.map(jobs.square, ((n,) for n in range(50)))) == [n * n for n in range(50)]


def test_children_stay_warm(pool: WorkerPool) -> None:
    assert len(set(pool.map(jobs.process, [()] * 20))) <= 2


@pytest.mark.parametrize(
    ("function", "argument", "state"),
    [
        (jobs.burn, (30.0,), "cpu_limit"),
        (jobs.hoard, (2_000,), "memory_limit"),
        (jobs.crash, (), "worker_died"),
        (jobs.leave, (), "worker_died"),
        (jobs.recurse, (), "too_deep"),
        (jobs.stubborn, (), "failed"),
    ],
)
def test_a_bad_item_costs_only_itself(pool: WorkerPool, function, argument, state) -> None:  # type: ignore[no-untyped-def]
    (result,) = pool.map(function, [argument])
    assert isinstance(result, Unreadable)
    assert result.state == state
    assert list(pool.map(jobs.square, [(2,), (3,), (4,)])) == [4, 9, 16]


def test_a_sleeper_is_ended_by_the_clock() -> None:
    with WorkerPool(1, wall_seconds=0.3) as pool:
        slow, good = pool.map(jobs.sleep, [(60.0,), (0.0,)])
    assert isinstance(slow, Unreadable)
    assert slow.state == "time_limit"
    assert good == "slept"


@pytest.mark.slow
def test_the_cpu_limit_is_an_items_not_a_childs() -> None:
    with WorkerPool(1, cpu_seconds=1) as pool:
        results = list(pool.map(jobs.burn, [(0.6,)] * 4))
    assert all(isinstance(result, int) for result in results)


@pytest.mark.slow
def test_a_feed_made_to_eat_time_costs_only_itself() -> None:
    hostile = b"<rss version='2.0'><channel>" + b"<item><title><![CDATA[" * 200_000
    good = b"<rss version='2.0'><channel><item><title>A</title></item></channel></rss>"
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with WorkerPool(1, cpu_seconds=1) as pool:
        jobs_ = [(body, "https://a.example/", None, now) for body in (hostile, good)]
        bad, feed = pool.map(parse_feed_job, jobs_)
    assert isinstance(bad, Unreadable)
    assert bad.state == "cpu_limit"
    assert [entry.title for entry in feed.entries] == ["A"]


def test_the_functions_own_error_is_its_result(pool: WorkerPool) -> None:
    (result,) = pool.map(jobs.fail, [("no",)])
    assert isinstance(result, ValueError)
    assert str(result) == "no"


def test_named_states_survive_the_journey(pool: WorkerPool) -> None:
    (result,) = pool.map(
        parse_feed_job, [(b"", "https://a.example/", None, datetime(2026, 1, 1, tzinfo=UTC))]
    )
    assert isinstance(result, NotAFeed)
    assert result.state == "empty_body"


def test_what_cannot_be_sent_is_that_items_error(pool: WorkerPool) -> None:
    good, bad = pool.map(jobs.square, [(3,), (lambda: 0,)])  # type: ignore[list-item]
    assert good == 9
    assert isinstance(bad, Exception)


def test_printing_spoils_nothing(pool: WorkerPool) -> None:
    assert list(pool.map(jobs.chatter, [("a" * 100_000,)])) == ["a" * 100_000]


def test_large_items_pass_both_ways(pool: WorkerPool) -> None:
    words = "x" * 8_000_000
    assert list(pool.map(jobs.chatter, [(words[:10],)] * 3)) == [words[:10]] * 3
    assert [len(result) for result in pool.map(_same, [(words,)] * 4)] == [8_000_000] * 4


def _same(words: str) -> str:
    return words


def test_the_input_is_taken_as_needed(pool: WorkerPool) -> None:
    taken = 0

    def endless() -> Iterator[tuple[int]]:
        nonlocal taken
        while True:
            taken += 1
            yield (taken,)

    results = pool.map(jobs.square, endless())
    assert [next(results) for _ in range(3)] == [1, 4, 9]
    assert taken <= 3 + 8
    results.close()  # type: ignore[attr-defined]
    assert list(pool.map(jobs.square, [(5,)])) == [25]


def test_secrets_stay_with_the_parent(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTERWATCH__ALERTS__EMAIL__PASSWORD", "hunter2")
    with WorkerPool(1) as fresh:
        (seen,) = fresh.map(jobs.environment, [()])
    assert "hunter2" not in str(seen)


def test_no_process_at_all() -> None:
    with WorkerPool(0) as here:
        good, bad = here.map(lambda n: 10 // n, [(5,), (0,)])
    assert good == 2
    assert isinstance(bad, ZeroDivisionError)


def test_it_works_inside_a_daemon_which_may_have_no_children() -> None:
    ours, theirs = multiprocessing.Pipe()
    daemon = multiprocessing.get_context("spawn").Process(
        target=jobs.report_squares, args=(theirs,), daemon=True
    )
    daemon.start()
    assert ours.poll(60)
    assert ours.recv() == [1, 4, 9]
    daemon.join(60)


def test_children_do_not_outlive_a_parent_that_is_killed() -> None:
    ours, theirs = multiprocessing.Pipe()
    parent = multiprocessing.get_context("spawn").Process(target=jobs.report_pool, args=(theirs,))
    parent.start()
    assert ours.poll(60)
    child = ours.recv()
    parent.kill()
    parent.join(60)
    for _ in range(600):
        if not _runs(child):
            break
        time.sleep(0.05)
    assert not _runs(child)


def _runs(process: int) -> bool:
    """Whether a process is there and not merely waiting to be collected."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_second_child_is_started_only_for_work_that_the_first_cannot_take() -> None:
    """A child takes a second to start, and its memory: items that come one by one need but one."""
    with WorkerPool(4) as pool:
        pids = {next(iter(pool.map(os.getpid, [()]))) for _ in range(6)}
        assert len(pids) == 1
        assert len(pool._children) == 1
