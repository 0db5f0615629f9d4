#!/bin/sh
# restore.sh FILE [DATABASE]     puts a dump of backup.sh in the place of a database; by default the ledger's
#
# It is restored beside the old one first, and the two change names in one step: where anything fails, the old
# one is in its place. It stays on the server afterwards, as DATABASE_before_TIME, until somebody drops it.
# Stop the services that use the database before. The server is told to libpq by PGHOST, PGUSER and so on.
set -eu
file=${1:?restore.sh FILE [DATABASE]}
database=${2:-clusterwatch}
case $database in *[!a-z0-9_]*) echo "no name of a database of ours: $database" >&2; exit 2 ;; esac
coming=${database}_coming
before=${database}_before_$(date -u +%Y%m%d_%H%M%S)

ask() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname postgres "$@"; }
give_up() {
    dropdb --if-exists "$coming"
    echo "$1; $database is as it was" >&2
    exit 1
}

dropdb --if-exists "$coming"
createdb --template=template0 --encoding=UTF8 "$coming"
pg_restore --exit-on-error --no-owner --single-transaction --dbname="$coming" "$file" ||
    give_up "$file could not be restored"
renames="ALTER DATABASE $coming RENAME TO $database;"
kept=
if [ -n "$(ask --command "SELECT 1 FROM pg_database WHERE datname = '$database'")" ]; then
    renames="ALTER DATABASE $database RENAME TO $before; $renames"
    kept="; the one before it is kept as $before"
fi
echo "BEGIN; $renames COMMIT;" | ask || give_up "something still uses $database: stop the services first"
echo "$database is now what $file holds$kept"
