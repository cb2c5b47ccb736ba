#!/usr/bin/env bash
# Runs a command with a PostgreSQL server of its own, stopped and removed afterwards whatever happens.
# Without PostgreSQL on the machine the command runs all the same, and the tests say what they skipped.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/veilleuse-postgres-XXXXXX")
if "$here/postgres.sh" start "$dir" >/dev/null; then
    trap '"$here/postgres.sh" stop "$dir"' EXIT INT TERM
    export VEILLEUSE_TEST_POSTGRES=$dir
else
    rm -rf "$dir"
    echo "SKIPPED: everything on PostgreSQL, which could not be started here" >&2
fi
"$@"
