#!/usr/bin/env bash
# Installs the system's packages that are missing, on Debian and Ubuntu, before anything is built. Where
# it cannot (no apt, no right to use it) it stops with the exact line to type.
#   tools/packages.sh build         what `make run` and `make build` need
#   tools/packages.sh build test    that, and what `make test` needs
set -euo pipefail
sets=" ${*:?build, or build test} "

has() { type -P "$1" >/dev/null; }
stop() { printf '%s\n' "$@" >&2; exit 1; }

has cargo || stop "Rust is missing: install it with rustup (README.md), then run make again."

# The C compiler with the headers of the C library, then those of OpenSSL, of which SQLCipher needs libcrypto.
compiles() { echo "#include <$1>" | cc -E - >/dev/null 2>&1; }

# Prints the packages of the wanted sets that are missing.
missing_packages() {
    if [[ $sets == *" build "* ]]; then
        compiles stdlib.h || echo gcc libc6-dev
        [ -n "${OPENSSL_DIR:-}${OPENSSL_INCLUDE_DIR:-}" ] || compiles openssl/evp.h || echo libssl-dev
        has node || echo nodejs
        has npm || echo npm
    fi
    if [[ $sets == *" test "* ]]; then
        compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || has initdb || echo postgresql
        has "${VEILLEUSE_CHROMIUM:-/usr/bin/chromium}" || echo chromium
        # The power-cut tests, as root: a file system of their own on a loop device.
        has mkfs.ext4 || [ -x /sbin/mkfs.ext4 ] || echo e2fsprogs
        has losetup || [ -x /sbin/losetup ] || echo mount
        has python3 || echo python3
        # pip brings the prebuilt linters (tools/need-lint.sh).
        python3 -m pip --version >/dev/null 2>&1 || echo python3-pip
        # The tests stop servers with the program `kill`.
        has kill || echo procps
    fi
}

# How apt is used: by root itself, or through sudo, which may only ask for a password on a terminal.
as_root=()
if [ "$(id -u)" != 0 ]; then
    as_root=(sudo)
    [ -t 0 ] || as_root=(sudo -n)
fi
why_not=
can_install() {
    [ -z "$why_not" ] || return 1
    if ! has apt-get; then why_not="there is no apt-get here"
    elif [ ${#as_root[@]} -gt 0 ] && ! has sudo; then why_not="this is not root, and there is no sudo"
    elif [ ${#as_root[@]} -gt 0 ] && ! "${as_root[@]}" apt-get --version >/dev/null; then why_not="sudo was refused"
    fi
    [ -z "$why_not" ]
}
updated=
update() {
    [ -z "$updated" ] || return 0
    updated=yes
    "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 -qq update >/dev/null || echo "apt-get update failed: going on with the lists that are here" >&2
}
# Quiet when it goes well; what apt says is shown when it does not.
install() {
    update
    local said
    said=$("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -qq -y --no-install-recommends install "$@" 2>&1) ||
        { printf '%s\n' "$said" >&2; return 1; }
}
# The line that a person types: through sudo where there is one.
line() {
    if ! has apt-get; then echo "    (with this system's own package manager, what Debian calls) $*"; return; fi
    local sudo=; [ "$(id -u)" = 0 ] || ! has sudo || sudo="sudo "
    [ "$(id -u)" = 0 ] || has sudo || echo "    (as root)"
    echo "    ${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends $*"
}

read -r -d '' -a missing < <(missing_packages; printf '\0') || true
if [ ${#missing[@]} -gt 0 ]; then
    can_install || stop "Packages are missing and cannot be installed from here: $why_not. Type this, then run make again:" "$(line "${missing[@]}")"
    echo "installing ${missing[*]}"
    install "${missing[@]}" || stop "apt-get could not install them. Type this to see why, then run make again:" "$(line "${missing[@]}")"
    read -r -d '' -a missing < <(missing_packages; printf '\0') || true
    [ ${#missing[@]} = 0 ] || stop "Still missing after apt-get: ${missing[*]}. (Chromium elsewhere: VEILLEUSE_CHROMIUM=/its/path make test.)"
fi
major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
[ "$major" -ge 20 ] || stop "Node.js 20 or later is needed; this one is $(node --version)."

# Browser engines beside Chromium: without one of them its journeys are skipped and the rest goes on.
engine() { # NAME PACKAGES...: installs the packages
    local name=$1; shift
    if ! can_install; then echo "SKIPPED: journeys in $name: $why_not. To have them, type:"; line "$@"; return; fi
    echo "installing $* for the journeys in $name"
    install "$@" || { echo "SKIPPED: journeys in $name: apt-get could not install $*. To see why, type:"; line "$@"; }
}
# Whether apt knows every one of the packages.
known() { ! apt-cache policy "$@" 2>/dev/null | grep -q 'Candidate: (none)' && [ "$(apt-cache policy "$@" 2>/dev/null | grep -c 'Candidate:')" = $# ]; }
if [[ $sets == *" test "* ]]; then
    if ! has firefox-esr; then
        can_install && update
        if known firefox-esr || [ -n "$why_not" ]; then engine Firefox firefox-esr
        else echo "SKIPPED: journeys in Firefox: this system has no package firefox-esr"; fi
    fi
    if ! { has WPEWebDriver && has cog; } && ! { has WebKitWebDriver && has xvfb-run; }; then
        can_install && update
        if known wpewebkit-driver cog || [ -n "$why_not" ]; then engine WebKit wpewebkit-driver cog
        elif known webkit2gtk-driver xvfb; then engine WebKit webkit2gtk-driver xvfb
        else echo "SKIPPED: journeys in WebKit: this system has neither wpewebkit-driver with cog nor webkit2gtk-driver with xvfb"; fi
    fi
fi
