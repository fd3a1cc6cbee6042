#!/bin/sh
# Sees to the system's programs that the tests use: a Chromium, poppler, qpdf, zbar, SoftHSM.
# Installs them as root or with passwordless sudo, else stops with the one command to type.
set -eu

# Not named like the program: `command -v` would find the function.
has_browser() {
    for name in chromium-headless-shell chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    [ -d "/Applications/Chromium.app" ] || [ -d "/Applications/Google Chrome.app" ]
}

missing=
command -v pdftotext >/dev/null 2>&1 || missing="$missing poppler-utils"
command -v qpdf >/dev/null 2>&1 || missing="$missing qpdf"
command -v zbarimg >/dev/null 2>&1 || missing="$missing zbar-tools"
command -v softhsm2-util >/dev/null 2>&1 || missing="$missing softhsm2"
has_browser || missing="$missing chromium"
[ -n "$missing" ] || exit 0

if [ "$(uname)" = Darwin ]; then
    echo "The tests need more programs. Type: brew install poppler qpdf zbar softhsm && brew install --cask chromium" >&2
    exit 1
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests need these Debian packages or what your system calls them:$missing" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    sudo=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    sudo="sudo -n"
else
    echo "The tests need more programs. Type: sudo apt-get install --yes$missing" >&2
    exit 1
fi
echo "Installing for the tests:$missing ..."
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
install() {
    $sudo apt-get update -qq || return 1
    # Where the browser can be had without its window, that is half to load and starts at once.
    case "$missing" in *" chromium")
        ! apt-cache show chromium-headless-shell || missing="${missing% chromium} chromium-headless-shell" ;;
    esac
    $sudo apt-get install -qq --yes --no-install-recommends $missing
}
if ! install >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    exit 1
fi
rm -f "$log"
