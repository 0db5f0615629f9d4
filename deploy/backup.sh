#!/bin/sh
# backup.sh FOLDER      dumps the ledger's and Airflow's database into FOLDER while they are in use
#
# Each dump is read through once before it takes its name, and the last BACKUPS_KEPT of each stay (14).
# The server is told to libpq by PGHOST, PGUSER, PGPASSWORD and so on; DATABASES names others than the two.
set -eu
folder=${1:?backup.sh FOLDER}
umask 077
mkdir -p "$folder"
now=$(date -u +%Y%m%dT%H%M%SZ)
for database in ${DATABASES:-clusterwatch airflow}; do
    file=$folder/$database-$now.dump
    if ! pg_dump --format=custom --file="$file.part" "$database" || ! pg_restore --file=/dev/null "$file.part"; then
        rm -f "$file.part"
        echo "$database could not be dumped; what was kept before stays" >&2
        exit 1
    fi
    mv "$file.part" "$file"
    echo "$file"
    ls "$folder/$database"-*.dump | sort -r | tail -n "+$((${BACKUPS_KEPT:-14} + 1))" |
        while IFS= read -r old; do rm -- "$old"; done
done
