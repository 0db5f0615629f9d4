"""Which HTTP client costs less for feeds: aiohttp or urllib3 in threads; and what our guards add.

One run, one server on loopback in a process of its own, the clients in turn, several rounds, the middle
one counts. Prints requests a CPU-second and their ratio. Every client opens its own connections, takes
gzip, counts what it reads and stops at a limit.

Measured with ``python benchmarks/fetch.py`` (Debian 12, Python 3.11, aiohttp 3.14.5, urllib3 2.8.0, two
cores shared with other work, 100 hosts of 10 requests, 13 KB of text each):

    aiohttp         8594 requests a CPU-second,   4257 a second
    urllib3         4476 requests a CPU-second,   3509 a second
    HttpFetcher     5732 requests a CPU-second,   4956 a second
    aiohttp to urllib3: 1.92

aiohttp took the place: half the cost, and one thread waits for hundreds of slow hosts.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import multiprocessing
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

import aiohttp
import urllib3

from monitor.fetch import FetchPolicy, HttpFetcher
from monitor.fetch.decode import Decoder
from monitor.ports import Fetched, Wanted

LIMIT = 1_000_000
FEED = "<rss>" + "".join(f"<item><title>Story {n} of the day</title></item>" for n in range(400)) + "</rss>"
BODY = gzip.compress(FEED.encode())


def serve(pipe: Connection) -> None:
    """Answers every request with the same gzip, keeping connections open."""
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Encoding: gzip\r\n"
        f"Content-Length: {len(BODY)}\r\n\r\n"
    ).encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(head + BODY)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def with_aiohttp(port: int, hosts: int, each: int) -> int:
    """Plain aiohttp, one session, 32 at a time."""

    async def main() -> int:
        places = asyncio.Semaphore(32)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:

            async def host(number: int) -> int:
                read = 0
                for _ in range(each):
                    async with (
                        places,
                        session.get(
                            f"http://127.0.0.1:{port}/{number}", headers={"Accept-Encoding": "gzip"}
                        ) as response,
                    ):
                        decoder = Decoder("gzip", LIMIT)
                        async for piece in response.content.iter_any():
                            decoder.feed(piece)
                        read += len(decoder.body)
                return read

            return sum(await asyncio.gather(*(host(number) for number in range(hosts))))

    return asyncio.run(main())


def with_urllib3(port: int, hosts: int, each: int) -> int:
    """urllib3's pool manager in 32 threads, streaming."""
    manager = urllib3.PoolManager(num_pools=hosts, maxsize=32, retries=False)

    def host(number: int) -> int:
        read = 0
        for _ in range(each):
            response = manager.request(
                "GET",
                f"http://127.0.0.1:{port}/{number}",
                headers={"Accept-Encoding": "gzip"},
                preload_content=False,
                decode_content=False,
            )
            decoder = Decoder("gzip", LIMIT)
            for piece in response.stream(65_536, decode_content=False):
                decoder.feed(piece)
            response.release_conn()
            read += len(decoder.body)
        return read

    with ThreadPoolExecutor(32) as threads:
        total = sum(threads.map(host, range(hosts)))
    manager.clear()
    return total


def with_ours(port: int, hosts: int, each: int) -> int:
    """HttpFetcher, all guards on, a host name for each host."""
    policy = FetchPolicy(connect_to={"*.example": f"127.0.0.1:{port}"}, per_host_delay=0.0)
    wanted = [Wanted(f"http://h{number}.example/{n}", "feed") for n in range(each) for number in range(hosts)]
    answers = (outcome for _, outcome in HttpFetcher(policy).fetch_all(wanted))
    return sum(len(outcome.body) for outcome in answers if isinstance(outcome, Fetched))


def main() -> None:
    """Runs the rounds and prints the figures."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--hosts", type=int, default=100)
    arguments.add_argument("--each", type=int, default=10, help="requests a host")
    arguments.add_argument("--rounds", type=int, default=5)
    chosen = arguments.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    clients: dict[str, Callable[[int, int, int], int]] = {
        "aiohttp": with_aiohttp, "urllib3": with_urllib3, "HttpFetcher": with_ours,
    }  # fmt: skip
    rates: dict[str, list[float]] = {name: [] for name in clients}
    walls: dict[str, list[float]] = {name: [] for name in clients}
    count = chosen.hosts * chosen.each
    for _ in range(chosen.rounds):
        for name, client in clients.items():
            cpu, wall = time.process_time(), time.perf_counter()
            read = client(port, chosen.hosts, chosen.each)
            rates[name].append(count / (time.process_time() - cpu))
            walls[name].append(count / (time.perf_counter() - wall))
            assert read == count * len(FEED), (name, read)
    server.terminate()
    middle = {name: statistics.median(values) for name, values in rates.items()}
    for name, rate in middle.items():
        print(f"{name:12} {rate:7.0f} requests a CPU-second, {statistics.median(walls[name]):6.0f} a second")
    print(f"aiohttp to urllib3: {middle['aiohttp'] / middle['urllib3']:.2f}")
    print(f"HttpFetcher to aiohttp: {middle['HttpFetcher'] / middle['aiohttp']:.2f}")


if __name__ == "__main__":
    main()
