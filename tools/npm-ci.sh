#!/usr/bin/env bash
# Installs the npm modules of a folder as its lock file says, when they are not there yet. Browsers are
# the machine's own, so none is downloaded.
#   tools/npm-ci.sh DIR
set -euo pipefail
cd "$(dirname "$0")/../${1:?a folder}"
stamp=node_modules/.installed
cmp -s package-lock.json "$stamp" && exit 0
echo "npm ci in $1"
PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error
cp package-lock.json "$stamp"
