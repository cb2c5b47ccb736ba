#!/usr/bin/env bash
# Gets what building the pages needs and the machine does not have: the compiler's target for
# browsers, the tool that binds it, and the npm modules. Nothing is installed outside this folder but
# the compiler's target.
set -euo pipefail
cd "$(dirname "$0")/.."
bindgen=0.2.130 # must equal the version in Cargo.lock
if ! [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ]; then
    rustup target add wasm32-unknown-unknown
fi
if [ "$(.tools/bin/wasm-bindgen --version 2>/dev/null)" != "wasm-bindgen $bindgen" ]; then
    echo "building wasm-bindgen $bindgen, once (3 to 4 minutes)"
    # A folder of its own, so that its dependencies do not mix with the project's.
    CARGO_TARGET_DIR=target/tools cargo install --quiet wasm-bindgen-cli --version "$bindgen" --root .tools --force
fi
stamp=end2end/node_modules/.installed
if ! cmp -s end2end/package-lock.json "$stamp"; then
    echo "npm ci (the browser is the machine's own)"
    (cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --silent)
    cp end2end/package-lock.json "$stamp"
fi
