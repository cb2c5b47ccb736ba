#!/usr/bin/env bash
# The dependencies against deny.toml (licences, versions that stand twice, sources; known
# vulnerabilities where their database can be had), and dependencies that nothing uses.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
export PATH=$PWD/.tools/bin:$PATH
status=0

# An entry of deny.toml that no longer matches anything is an error too.
cargo deny --locked check -D unmatched-skip -D unmatched-skip-root -D unnecessary-skip bans licenses sources || status=1

if timeout 120 cargo deny --locked fetch db >/dev/null 2>&1; then
    cargo deny --locked --offline check advisories || status=1
else
    echo "SKIPPED: advisories: no database"
fi

cargo shear --locked --deny-warnings || status=1
exit $status
