"""tests/newsroom as a service of docker-compose.yml: its own server listens on loopback only.

newsroom.py UNTIL      serves /newsroom as it stood at UNTIL, on port 8181 of the container
"""

import pathlib
import sys
from collections import Counter
from http.server import ThreadingHTTPServer

sys.path.insert(0, "/newsroom")
import serve

server = ThreadingHTTPServer(("0.0.0.0", 8181), serve.Site)
server.sites, server.seen, server.moods = serve.load(pathlib.Path("/newsroom")), Counter(), False
server.until = serve.moment(sys.argv[1])
server.serve_forever()
