#!/bin/sh
# Takes the browser files anew from their npm packages, at the versions named here, and writes their sums.
set -eu

cd "$(dirname "$0")/.."
command -v npm >/dev/null 2>&1 || { echo "Renewing the browser files needs npm." >&2; exit 1; }
target=trainingmgr/static/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

take() { # PACKAGE@VERSION FOLDER FILE...
    package=$1
    folder=$2
    shift 2
    archive=$(cd "$work" && npm pack --silent "$package")
    rm -rf "$work/package"
    tar -xzf "$work/$archive" -C "$work"
    mkdir -p "$target/$folder"
    for file in "$@"; do
        cp "$work/package/$file" "$target/$folder/"
    done
}

take bootstrap@5.3.9 bootstrap dist/css/bootstrap.min.css LICENSE
take htmx.org@2.0.11 htmx dist/htmx.min.js LICENSE
take @noble/ed25519@3.2.0 noble-ed25519 index.js LICENSE

sum() {
    if command -v sha256sum >/dev/null 2>&1; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}
cd "$target"
find . -type f ! -name SHA256SUMS | sed 's|^\./||' | LC_ALL=C sort | while read -r file; do sum "$file"; done >SHA256SUMS
