#!/usr/bin/env bash
# Checks what migrations/README.md asks of migrations, as far as their files can show it.
#   tools/check-migrations.sh              checks
#   tools/check-migrations.sh --release    adds the migrations that are not yet in migrations/released.sha256
#   tools/check-migrations.sh --self-test  checks this script on broken copies
#   --root DIR                             another folder than this repository
set -euo pipefail
self=$(readlink -f "$0")
root=$(dirname "$self")/..
what=check
while [ $# -gt 0 ]; do
    case $1 in
    --release | --self-test) what=${1#--} ;;
    --root) root=${2:?a folder}; shift ;;
    *) echo "$0: $1 is not understood" >&2; exit 2 ;;
    esac
    shift
done

# The statements of a file on one line: without comments, and without the text of strings.
statements() {
    awk '
        { text = text $0 "\n" }
        END {
            n = length(text); state = ""
            for (i = 1; i <= n; i++) {
                c = substr(text, i, 1); two = substr(text, i, 2)
                if (state == "line") { if (c == "\n") { state = ""; printf " " } }
                else if (state == "block") { if (two == "*/") { state = ""; i++; printf " " } }
                else if (state == "string") { if (c == "\047") { state = ""; printf "\047" } }
                else if (two == "--") state = "line"
                else if (two == "/*") { state = "block"; i++ }
                else if (c == "\047") { state = "string"; printf "\047" }
                else printf "%s", (c == "\n" || c == "\t") ? " " : c
            }
        }' "$1" | tr -s ' '
}

# The tables whose number of rows a migration declares that it may change.
declared() { sed -n 's/^-- rows may change: *//p' "$1" | tr ',' '\n' | tr -d ' ' | sed '/^$/d' | sort; }

created() { statements "$1" | grep -oiE 'CREATE TABLE (IF NOT EXISTS )?"?[a-z_0-9]+' | sed -E 's/.*[ "]//' || true; }

check_one() { # ENGINE FILE
    local path=migrations/$1/$2 text
    text=$(statements "$path")
    grep -qiE 'ON DELETE CASCADE' <<<"$text" &&
        fault "$path: ON DELETE CASCADE removes rows that nobody named: delete them in the act that means to"
    # Migrations run inside one transaction of the program, with references off on SQLite.
    tr ';' '\n' <<<"$text" | grep -qiE '^ *(COMMIT|ROLLBACK|VACUUM|PRAGMA|ATTACH|DETACH|SAVEPOINT|BEGIN *$|BEGIN (TRANSACTION|IMMEDIATE|EXCLUSIVE|DEFERRED))' &&
        fault "$path: it begins or ends a transaction, or has a statement that is refused or without effect inside one"
    grep -qiE '\bCONCURRENTLY\b' <<<"$text" && fault "$path: CONCURRENTLY is refused inside a transaction"
    grep -qiE '^ *-- *no-transaction' "$path" && fault "$path: every migration runs inside a transaction: no-transaction is not read"

    # The header: written as the program reads it, before the first statement, of tables that exist.
    grep -niE '^ *-- *rows +may +change' "$path" | grep -vE '^[0-9]+:-- rows may change: [a-z_0-9]+(, [a-z_0-9]+)*$' >/dev/null &&
        fault "$path: the header is not read unless it is exactly '-- rows may change: table, table'"
    awk '/^-- rows may change:/ && seen { exit 1 } !/^ *(--.*)?$/ { seen = 1 }' "$path" ||
        fault "$path: '-- rows may change' must stand before the first statement"
    local table known
    known=$(for file in migrations/"$1"/*.sql; do [[ $file > $path ]] || created "$file"; done)
    for table in $(declared "$path"); do
        grep -qxi "$table" <<<"$known" || fault "$path: '-- rows may change' names $table, which no migration has created"
    done

    # A table that is dropped: declared, or made anew under its own name in the same migration.
    for table in $(grep -oiE 'DROP TABLE (IF EXISTS )?"?[a-z_0-9]+' <<<"$text" | sed -E 's/.*[ "]//'); do
        grep -qx "$table" <<<"$(declared "$path")" && continue
        grep -qiE "RENAME TO \"?$table\b" <<<"$text" ||
            fault "$path: DROP TABLE $table, neither declared by '-- rows may change: $table' nor rebuilt under the same name"
    done
}

faults=0
fault() { echo "$1" >&2; faults=$((faults + 1)); }

check() {
    cd "$root"
    local names
    names=$(ls migrations/sqlite)
    [ "$names" = "$(ls migrations/postgres)" ] ||
        fault "migrations/sqlite and migrations/postgres have not the same files: $(diff <(echo "$names") <(ls migrations/postgres) | grep '^[<>]' | tr '\n' ' ')"
    local number=0 name
    for name in $names; do
        number=$((number + 1))
        [[ $name =~ ^[0-9]{4}_[a-z0-9_]+\.sql$ ]] || { fault "$name: a migration is called 0001_some_name.sql"; continue; }
        [ "${name%%_*}" = "$(printf %04d "$number")" ] || fault "$name: $(printf %04d "$number") comes next; numbers have no gaps and none stands twice"
    done
    [ "$number" -gt 0 ] || fault "there is no migration"
    local engine file
    for engine in sqlite postgres; do
        for file in migrations/$engine/*.sql; do check_one "$engine" "$(basename "$file")"; done
    done
    for name in $names; do
        [ -f "migrations/postgres/$name" ] || continue
        [ "$(declared "migrations/sqlite/$name")" = "$(declared "migrations/postgres/$name")" ] ||
            fault "$name: the two engines do not declare the same tables in '-- rows may change'"
    done

    # Released migrations.
    local list=migrations/released.sha256 sum path
    [ -f $list ] || fault "$list is missing"
    while read -r sum path; do
        [ -n "$path" ] || continue
        if ! [ -f "migrations/$path" ]; then fault "migrations/$path was released and is gone"
        elif [ "$(sha256sum <"migrations/$path" | cut -d' ' -f1)" != "$sum" ]; then
            fault "migrations/$path was released and must not be edited: write another migration"
        fi
    done < <(cat $list 2>/dev/null)
    # What git knows: the list only grows, and what an earlier commit holds is in it.
    if git rev-parse -q --verify HEAD^{commit} >/dev/null 2>&1 && [ "$(git rev-parse --show-toplevel)" = "$(pwd -P)" ]; then
        local commit line
        for commit in HEAD HEAD~1; do
            while read -r line; do
                grep -qxF "$line" $list 2>/dev/null || fault "$list has lost or changed a line of $commit: $line"
            done < <(git show "$commit:$list" 2>/dev/null)
        done
        if git rev-parse -q --verify HEAD~1^{commit} >/dev/null; then
            while read -r path; do
                grep -qE "^[0-9a-f]{64}  ${path#migrations/}\$" $list 2>/dev/null ||
                    fault "$path is in an earlier commit, so it is released: tools/check-migrations.sh --release"
            done < <(git ls-tree -r --name-only HEAD~1 -- migrations | grep '\.sql$')
        else
            echo "SKIPPED: migrations of earlier commits: there is no earlier commit here"
        fi
    else
        echo "SKIPPED: migrations of earlier commits: this is not a git repository"
    fi
    [ "$faults" = 0 ] || { echo "migrations: $faults fault(s)" >&2; return 1; }
    echo "migrations: $number, the same on both engines"
}

release() {
    cd "$root/migrations"
    local path
    for path in sqlite/*.sql postgres/*.sql; do
        grep -q "  $path\$" released.sha256 2>/dev/null || sha256sum "$path" >>released.sha256
    done
}

self_test() {
    local passed=0 failed=0 base
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    base=$folder/base
    mkdir -p "$base"/migrations/{sqlite,postgres}
    for engine in sqlite postgres; do
        printf -- "-- The beds. DROP TABLE is only named here, and ON DELETE CASCADE too.\nCREATE TABLE beds (id INTEGER, label TEXT DEFAULT 'DROP TABLE x');\nCREATE TRIGGER t BEFORE INSERT ON beds BEGIN SELECT 1; END;\n" >"$base/migrations/$engine/0001_beds.sql"
        printf -- "-- rows may change: beds\nDELETE FROM beds;\n" >"$base/migrations/$engine/0002_fewer.sql"
    done
    "$self" --release --root "$base"
    # try EXPECTED NAME COMMAND: runs the check on a copy that COMMAND has changed.
    try() {
        local expected=$1 name=$2 copy said status=0; shift 2
        copy=$(mktemp -d -p "$folder")
        cp -r "$base/." "$copy"
        (cd "$copy/migrations" && eval "$@") >/dev/null
        said=$("$self" --root "$copy" 2>&1) || status=$?
        if [ "$expected" = good ] && [ $status = 0 ]; then passed=$((passed + 1))
        elif [ "$expected" != good ] && [ $status = 1 ] && grep -qF -- "$expected" <<<"$said"; then passed=$((passed + 1))
        else failed=$((failed + 1)); echo "FAILED: $name: exit $status: $said" >&2; fi
    }
    both() { for engine in sqlite postgres; do printf -- "$2" >"$engine/$1"; done; }
    try good "as they are" true
    try good "a new one" "both 0003_more.sql 'CREATE TABLE rooms (id INTEGER);\n'"
    try "was released and must not be edited" "a released one edited" "echo >>sqlite/0001_beds.sql"
    try "was released and is gone" "a released one renamed" "mv sqlite/0002_fewer.sql sqlite/0002_other.sql; mv postgres/0002_fewer.sql postgres/0002_other.sql"
    try "have not the same files" "on one engine only" "printf 'SELECT 1;' >sqlite/0003_more.sql"
    try "comes next" "a gap" "both 0004_more.sql 'SELECT 1;\n'"
    try "comes next" "a number twice" "both 0002_more.sql 'SELECT 1;\n'"
    try "is called" "a bad name" "both 0003-more.sql 'SELECT 1;\n'"
    try "ON DELETE CASCADE removes" "a cascade" "both 0003_more.sql 'CREATE TABLE a (b INTEGER REFERENCES beds (id)\n  on delete\n cascade);\n'"
    try "neither declared" "a table dropped" "both 0003_more.sql 'DROP TABLE beds;\n'"
    try "neither declared" "a table dropped, another declared" "both 0003_more.sql '-- rows may change: beds\nCREATE TABLE a (b INTEGER);\nDROP TABLE IF EXISTS a;\n'"
    try good "a table dropped, declared" "both 0003_more.sql '-- rows may change: beds\nDROP TABLE beds;\n'"
    try good "a table rebuilt" "both 0003_more.sql 'CREATE TABLE beds_new (id INTEGER);\nINSERT INTO beds_new SELECT id FROM beds;\nDROP TABLE beds;\nALTER TABLE beds_new RENAME TO beds;\n'"
    try "is not read unless" "a header that is not read" "both 0003_more.sql '-- Rows may change beds\nDROP TABLE beds;\n'"
    try "before the first statement" "a header too late" "both 0003_more.sql 'SELECT 1;\n-- rows may change: beds\nDELETE FROM beds;\n'"
    try "which no migration has created" "a header of a table that is not there" "both 0003_more.sql '-- rows may change: bed\nSELECT 1;\n'"
    try "do not declare the same tables" "two headers" "both 0003_more.sql 'SELECT 1;\n'; sed -i '1i -- rows may change: beds' sqlite/0003_more.sql"
    try "begins or ends a transaction" "a transaction" "both 0003_more.sql 'BEGIN;\nSELECT 1;\nCOMMIT;\n'"
    try "begins or ends a transaction" "a pragma" "both 0003_more.sql 'PRAGMA foreign_keys = ON;\n'"
    try "CONCURRENTLY" "an index beside the transaction" "both 0003_more.sql 'CREATE INDEX CONCURRENTLY i ON beds (id);\n'"
    try "no-transaction is not read" "no transaction" "both 0003_more.sql '-- no-transaction\nSELECT 1;\n'"
    try "released.sha256 is missing" "no list" "rm released.sha256"
    if command -v git >/dev/null; then
        git() { command git -c user.name=t -c user.email=t@localhost -c init.defaultBranch=main -c commit.gpgsign=false "$@"; }
        commit="git -C .. init -q; git -C .. add .; git -C .. commit -qm 1; git -C .. commit -q --allow-empty -m 2"
        try good "in git" "$commit"
        try "has lost or changed a line of HEAD~1" "an edited one whose sum was changed too" "$commit; echo >>sqlite/0001_beds.sql; sed -i /0001/d released.sha256; $self --release --root .."
        try "so it is released" "one of an earlier commit that is not in the list" "both 0003_more.sql 'SELECT 1;\n'; $commit"
        try good "one of an earlier commit that was added to the list" "both 0003_more.sql 'SELECT 1;\n'; $commit; $self --release --root .."
        try good "a new one in the last commit" "$commit; both 0003_more.sql 'SELECT 1;\n'; git -C .. add .; git -C .. commit -qm 3"
    else
        echo "SKIPPED: the checks of earlier commits: git is not installed"
    fi
    echo "check-migrations: $passed passed, $failed failed"
    [ "$failed" = 0 ]
}

case $what in
check) check ;;
release) release ;;
self-test) self_test ;;
esac
