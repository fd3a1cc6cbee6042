#!/bin/sh
# Builds or brings up to date the project's own Python environment, .venv.
#
#   sh scripts/setup.sh run      what the program needs
#   sh scripts/setup.sh planner  and the solver that proposes timetables, groups and rooms
#   sh scripts/setup.sh dev      and what its tests and linters need
#
# Says and does nothing where nothing is to do. Packages come from the locks in requirements/, by uv
# where it is there, else by pip. PYTHON names the interpreter to use.
set -eu

cd "$(dirname "$0")/.."
want=${1:-run}
venv=.venv
lock=requirements/$want.txt
# A copy of the lock that was installed: its content, unlike its time, survives a checkout.
stamp=$venv/installed-$want.txt
UV_PYTHON_DOWNLOADS=never
PIP_DISABLE_PIP_VERSION_CHECK=1
export UV_PYTHON_DOWNLOADS PIP_DISABLE_PIP_VERSION_CHECK

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

recent() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        recent "$PYTHON" || stop "PYTHON=$PYTHON is not Python 3.11 or newer."
        printf '%s\n' "$PYTHON"
        return
    fi
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null 2>&1 && recent "$name"; then
            command -v "$name"
            return
        fi
    done
    if command -v python3 >/dev/null 2>&1; then
        stop "Python 3.11 or newer is needed; $(command -v python3) is $(python3 -V 2>&1)."
    fi
    stop "Python 3.11 or newer is needed; no python3 was found."
}

# The environment's command, and the source tree on its path: nothing has to be built or fetched for it.
link_source() {
    site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    pwd >"$site/trainingmgr-source.pth"
    # Safe path (-P): called in the folder of another copy, the command still runs its own.
    cat >"$venv/bin/trainingmgr" <<SCRIPT
#!/bin/sh
exec "$(pwd)/$venv/bin/python" -P -m trainingmgr "\$@"
SCRIPT
    chmod +x "$venv/bin/trainingmgr"
    pwd >"$venv/source-path"
}

# Moved or copied environments point at where they were made, and one may lack its interpreter.
if [ -d "$venv" ]; then
    if ! "$venv/bin/python" -c '' 2>/dev/null; then
        rm -rf "$venv"
    elif [ -f "$venv/source-path" ] && [ "$(cat "$venv/source-path")" != "$(pwd)" ]; then
        rm -rf "$venv"
    fi
fi
# The larger environment holds the smaller ones.
holds() {
    [ -f "$venv/installed-$1.txt" ] && cmp -s "requirements/$1.txt" "$venv/installed-$1.txt"
}
if [ "$want" != dev ] && holds dev || { [ "$want" = run ] && holds planner; }; then
    exit 0
fi
if [ -f "$venv/source-path" ] && cmp -s "$lock" "$stamp"; then
    exit 0
fi

# Two commands at once would write into one environment.
lockdir=.venv.lock
if ! mkdir "$lockdir" 2>/dev/null; then
    stop "Another command is setting up .venv. Wait for it (or, if none is, type: rmdir $lockdir)."
fi
trap 'rmdir "$lockdir"' EXIT
trap 'exit 1' INT TERM

python=$(find_python)
case $want in
    planner) echo "Adding the solver to .venv (once, about a minute) ..." ;;
    run) echo "Setting up Python packages in .venv (once, about a minute) ..." ;;
    *) echo "Setting up Python packages for tests in .venv (once, a minute or two) ..." ;;
esac
if command -v uv >/dev/null 2>&1; then
    [ -d "$venv" ] || uv venv --quiet --no-project --python "$python" "$venv"
    uv pip install --quiet --python "$venv/bin/python" --require-hashes -r "$lock"
else
    if [ ! -d "$venv" ]; then
        "$python" -c 'import ensurepip, venv' 2>/dev/null || stop \
            "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv"
        "$python" -m venv "$venv" || { rm -rf "$venv"; exit 1; }
    fi
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >/dev/null
    "$venv/bin/python" -m pip install --quiet --require-hashes -r "$lock"
fi
link_source
cp "$lock" "$stamp"
