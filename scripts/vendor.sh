#!/bin/sh
# Takes the browser files and the list of China's divisions anew from their npm packages, at the versions named
# here, and writes their sums.
set -eu

cd "$(dirname "$0")/.."
command -v npm >/dev/null 2>&1 || { echo "Renewing these files needs npm." >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

take() { # PACKAGE@VERSION FOLDER FILE...
    package=$1
    folder=trainingmgr/$2
    shift 2
    archive=$(cd "$work" && npm pack --silent "$package")
    rm -rf "$work/package"
    tar -xzf "$work/$archive" -C "$work"
    mkdir -p "$folder"
    for file in "$@"; do
        cp "$work/package/$file" "$folder/"
    done
}

take bootstrap@5.3.9 static/vendor/bootstrap dist/css/bootstrap.min.css LICENSE
take htmx.org@2.0.11 static/vendor/htmx dist/htmx.min.js LICENSE
take @noble/ed25519@3.2.0 static/vendor/noble-ed25519 index.js LICENSE
take china-division@2.7.0 documents/divisions dist/provinces.json dist/cities.json LICENSE

sum() {
    if command -v sha256sum >/dev/null 2>&1; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}
for folder in static/vendor documents/divisions; do
    (
        cd "trainingmgr/$folder"
        find . -type f ! -name SHA256SUMS ! -name '*.py' ! -name '*.pyc' | sed 's|^\./||' | LC_ALL=C sort |
            while read -r file; do sum "$file"; done >SHA256SUMS
    )
done
