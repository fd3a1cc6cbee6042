# To be sourced: runs a named command and says how long it took. Its output is shown where it fails.

step() {
    name=$1
    shift
    began=$(date +%s)
    output=$(mktemp)
    if "$@" >"$output" 2>&1; then
        printf 'ok    %-28s %4ss\n' "$name" "$(($(date +%s) - began))"
        rm -f "$output"
    else
        status=$?
        cat "$output"
        rm -f "$output"
        printf 'FAIL  %-28s %4ss\n' "$name" "$(($(date +%s) - began))"
        exit "$status"
    fi
}
