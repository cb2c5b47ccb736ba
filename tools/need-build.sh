#!/usr/bin/env bash
# Gets what a build needs beside the system's packages: the compiler's target for browsers, wasm-bindgen,
# and binaryen from npm. Only the compiler's target is installed outside this folder.
set -euo pipefail
cd "$(dirname "$0")/.."
stop() { echo "$*" >&2; exit 1; }

target=wasm32-unknown-unknown
if ! [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; then
    command -v rustup >/dev/null || stop "The compiler has no target $target and there is no rustup to add it: install it as this Rust was installed."
    rustup target add "$target"
fi

# The tool must be of the library's own version.
bindgen=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)
[ -n "$bindgen" ] || stop "Cargo.lock has no wasm-bindgen"
right() { [ "$("$1" --version 2>/dev/null)" = "wasm-bindgen $bindgen" ]; }
if ! right .tools/bin/wasm-bindgen; then
    mkdir -p .tools/bin
    rm -f .tools/bin/wasm-bindgen
    found=
    while read -r candidate; do
        if right "$candidate"; then found=$candidate; break; fi
    done < <(type -ap wasm-bindgen || true; echo "${CARGO_HOME:-$HOME/.cargo}/bin/wasm-bindgen")
    if [ -n "$found" ]; then
        echo "wasm-bindgen $bindgen is already installed: $found"
        ln -s "$found" .tools/bin/wasm-bindgen
    else
        echo "building wasm-bindgen $bindgen, once (3 to 4 minutes)"
        # A folder of its own, so that its dependencies do not mix with the project's.
        CARGO_TARGET_DIR=target/tools cargo install --quiet wasm-bindgen-cli --version "$bindgen" --root .tools --force
    fi
fi

tools/npm-ci.sh tools
