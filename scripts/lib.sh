# Shared by the scripts beside this file: progress lines, failures that name their cure, portable small commands.

say() { printf '==> %s\n' "$*" >&2; }

fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '       %s\n' "$line" >&2; done
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# The command that installs one of our prerequisites here, for error messages.
install_hint() {
    case "$(uname -s)" in
        Darwin) printf 'brew install %s' "$1" ;;
        *)
            if have apt-get; then printf 'sudo apt-get install %s' "$2"
            elif have dnf; then printf 'sudo dnf install %s' "$3"
            elif have pacman; then printf 'sudo pacman -S %s' "$4"
            else printf 'install %s with the package manager of this system' "$1"
            fi
            ;;
    esac
}

sha256_of() {
    if have sha256sum; then sha256sum "$1" | cut -d' ' -f1; else shasum -a 256 "$1" | cut -d' ' -f1; fi
}

sha256_of_text() {
    if have sha256sum; then printf '%s' "$1" | sha256sum | cut -d' ' -f1
    else printf '%s' "$1" | shasum -a 256 | cut -d' ' -f1
    fi
}

cores() { getconf _NPROCESSORS_ONLN 2>/dev/null || sysctl -n hw.ncpu; }

# Where everything expensive is kept between clones.
cache_root() { printf '%s' "${LOCAL_SWARM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/local-swarm}"; }

# Runs a long command with its output in a log file, and says every 15 seconds that it is still at work.
# usage: patiently "what it does" LOGFILE command...
patiently() {
    local what=$1 log=$2 started child last
    shift 2
    started=$(date +%s)
    "$@" >"$log" 2>&1 &
    child=$!
    trap 'kill "$child" 2>/dev/null; exit 130' INT TERM
    while kill -0 "$child" 2>/dev/null; do
        for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
            kill -0 "$child" 2>/dev/null || break
            sleep 1
        done
        kill -0 "$child" 2>/dev/null || break
        last=$(tail -n 1 "$log" 2>/dev/null | cut -c 1-90)
        printf '    %s: %ss  %s\n' "$what" "$(($(date +%s) - started))" "$last" >&2
    done
    if wait "$child"; then trap - INT TERM; return 0; fi
    trap - INT TERM
    grep -E 'error:' "$log" | sort -u | head -n 20 >&2 || true
    tail -n 20 "$log" >&2
    fail "$what failed" "the whole log: $log"
}
