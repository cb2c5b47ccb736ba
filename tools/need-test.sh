#!/usr/bin/env bash
# Gets what the tests need beside the system's packages and beside what a build needs: Playwright and axe.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/npm-ci.sh end2end
