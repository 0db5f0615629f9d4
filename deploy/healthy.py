"""Exit status 0 where a part of Airflow is healthy, for the health checks of docker-compose.yml.

healthy.py URL [PART]     PART of Airflow's health report, else any answer of status 200
"""

import json
import sys
import urllib.request

with urllib.request.urlopen(sys.argv[1], timeout=8) as answer:
    report = json.load(answer)
if len(sys.argv) > 2 and report[sys.argv[2]]["status"] != "healthy":
    sys.exit(f"{sys.argv[2]} is not healthy")
