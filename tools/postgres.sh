#!/usr/bin/env bash
# A PostgreSQL server of our own for tests, on a socket in a temporary folder; nothing of the machine's
# own servers is touched.
#   tools/postgres.sh start DIR    starts one and prints its socket folder
#   tools/postgres.sh stop DIR     stops it and removes the folder
set -euo pipefail
what=${1:?start or stop} dir=${2:?a folder}

find_bin() {
    for candidate in "$(command -v initdb || true)" /usr/lib/postgresql/*/bin/initdb; do
        [ -x "$candidate" ] && { dirname "$(readlink -f "$candidate")"; return; }
    done
    return 1
}

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

bin=$(find_bin) || { echo "PostgreSQL is not installed (Debian: apt-get install postgresql)" >&2; exit 3; }
case $what in
start)
    mkdir -p "$dir"
    [ "$(id -u)" = 0 ] && chown postgres "$dir"
    chmod 755 "$dir"
    as_owner "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >"$dir/initdb.log" 2>&1 </dev/null
    as_owner "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/server.log" -o "-k $dir -c listen_addresses= -c max_connections=200" start >/dev/null </dev/null
    echo "$dir"
    ;;
stop)
    as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$dir"
    ;;
esac
