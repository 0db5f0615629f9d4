"""Exit status 0 where a part of Airflow is healthy, for the health checks of docker-compose.yml.

healthy.py URL [PART]     an answer of status 200; with PART, that part healthy in Airflow's report there
"""

import json
import sys
import urllib.request

with urllib.request.urlopen(sys.argv[1], timeout=8) as answer:
    body = answer.read()
if len(sys.argv) > 2 and json.loads(body)[sys.argv[2]]["status"] != "healthy":
    sys.exit(f"{sys.argv[2]} is not healthy")
