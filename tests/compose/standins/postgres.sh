#!/bin/sh
# What of the official image's habits docker-compose.yml uses: a first start makes the server of user, password
# and database, and runs /docker-entrypoint-initdb.d/*.sql; then the server runs as the user postgres.
set -eu
data=/var/lib/postgresql/data
as_postgres() { setpriv --reuid postgres --regid postgres --clear-groups -- "$@"; }
ask() { psql --quiet --username "$POSTGRES_USER" --host /tmp --set ON_ERROR_STOP=1 "$@"; }

if [ ! -s "$data/PG_VERSION" ]; then
    install -d -o postgres -g postgres -m 0700 "$data"
    printf '%s' "$POSTGRES_PASSWORD" > /tmp/word
    chown postgres /tmp/word
    # shellcheck disable=SC2086 - several options in one variable, as in the official image
    as_postgres initdb --pgdata "$data" --username "$POSTGRES_USER" --pwfile /tmp/word --auth-local trust \
        --auth-host scram-sha-256 ${POSTGRES_INITDB_ARGS:-} > /dev/null
    rm /tmp/word
    echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
    as_postgres pg_ctl --pgdata "$data" --wait --options "-c listen_addresses='' -c unix_socket_directories=/tmp" start > /dev/null
    [ "$POSTGRES_DB" = postgres ] || ask --dbname postgres --command "CREATE DATABASE \"$POSTGRES_DB\""
    for file in /docker-entrypoint-initdb.d/*.sql; do ask --dbname "$POSTGRES_DB" --file "$file"; done
    as_postgres pg_ctl --pgdata "$data" --wait --mode fast stop > /dev/null
fi
install -d -o postgres -g postgres /var/run/postgresql
exec setpriv --reuid postgres --regid postgres --clear-groups -- postgres -D "$data" -c "listen_addresses=*"
