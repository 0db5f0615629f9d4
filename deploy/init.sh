#!/bin/sh
# Run once before the other services, and again after each upgrade: both databases to their newest schema,
# the admin's password file, the starting feeds into an empty ledger.
set -eu
mkdir -p "$AIRFLOW_HOME"
(umask 077 && printf '{"admin": "%s"}\n' "$AIRFLOW_ADMIN_PASSWORD" > "$AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE")
airflow db migrate
clusterwatch db upgrade
if [ "$(clusterwatch feeds list --json)" = "[]" ]; then
    : "${STARTING_FEEDS:=$(python -c 'from importlib import resources; print(resources.files("monitor.data") / "feeds.opml")')}"
    clusterwatch feeds import "$STARTING_FEEDS"
fi
