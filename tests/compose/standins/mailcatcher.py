"""A mail catcher: takes all messages on port 1025, tells of them on 8025, by the names of Mailpit's API."""

import asyncio
import json
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.smtp import SMTP

taken: list[dict[str, object]] = []


class Inbox:
    """Keeps each message's id, subject and recipients."""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        taken.append(
            {
                "MessageID": str(message["Message-ID"]).strip("<>"),
                "Subject": str(message["Subject"]),
                "To": [{"Address": address} for address in envelope.rcpt_tos],
            }
        )
        return "250 OK"


class Told(BaseHTTPRequestHandler):
    """GET /api/v1/messages."""

    def do_GET(self):
        body = json.dumps({"total": len(taken), "messages": taken[::-1]}).encode()
        self.send_response(200 if self.path.startswith("/api/v1/messages") else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


async def main() -> None:
    threading.Thread(target=ThreadingHTTPServer(("", 8025), Told).serve_forever, daemon=True).start()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Inbox(), hostname="mail"), host="", port=1025)
    await server.serve_forever()


asyncio.run(main())
