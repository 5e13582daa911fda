# Sourced by bin/*: makes the virtual environment with what the command needs, then hands over to Python.
#
#   prepare run|test    sets $venv, or prints one line that says what to do and exits
#
# Nothing here needs more than a POSIX shell: on a bare machine even Python is missing.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
venv=${HOINGHI_VENV:-$root/.venv}

# Prints the first interpreter that is new enough for the portal.
find_python() {
    for candidate in python3 python3.11 python3.12 python3.13 /usr/bin/python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# True when the dynamic loader knows the shared library $1.
has_library() {
    PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -qF "$1 "
}

# Prints the Debian packages that the command ($1: run or test) still needs.
missing_packages() {
    if ! found=$(find_python); then
        printf ' python3 python3-venv'
    elif [ ! -x "$venv/bin/python" ] && ! "$found" -c 'import ensurepip' 2>/dev/null; then
        printf ' python3-venv'
    fi
    has_library libpangoft2-1.0.so.0 || printf ' libpangoft2-1.0-0'
    has_library libharfbuzz-subset.so.0 || printf ' libharfbuzz-subset0'
    if [ "$1" = test ]; then
        has_library libatomic.so.1 || printf ' libatomic1'
        command -v chromium >/dev/null || printf ' chromium'
        command -v pdftoppm >/dev/null || printf ' poppler-utils'
    fi
}

# PgBouncer is for one test, which is skipped and says so where it is missing: nobody has to install it.
install_optional() {
    if [ "$(id -u)" -eq 0 ] && [ ! -x /usr/sbin/pgbouncer ] && command -v apt-get >/dev/null; then
        (install_packages ' pgbouncer') || echo "PgBouncer cannot be installed; its test is skipped." >&2
    fi
}

install_packages() {
    [ -n "$1" ] || return 0
    # shellcheck disable=SC2086  # a list of words
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        apt-get update -q >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends $1 >&2
    else
        echo "sudo apt-get install -y$1" >&2
        exit 1
    fi
}

# Installs the lock of run or test, only when it differs from what was installed last.
install_lock() {
    lock=$root/requirements.txt
    [ "$1" = run ] || lock=$root/requirements-dev.txt
    wanted=$(cat "$root/requirements.txt" "$lock" | sha256sum)
    if [ -x "$venv/bin/python" ] && [ "$(cat "$venv/.lock-$1" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    echo "Installing the Python packages into $venv …" >&2
    [ -x "$venv/bin/python" ] || "$(find_python)" -m venv "$venv"
    [ -x "$venv/bin/uv" ] || "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
    "$venv/bin/uv" pip install --quiet --compile-bytecode --python "$venv/bin/python" -r "$lock"
    echo "$wanted" >"$venv/.lock-$1"
}

prepare() {
    install_packages "$(missing_packages "$1")"
    [ "$1" = run ] || install_optional
    mkdir -p "$venv"
    (
        flock 9 # two commands that start together must not install into each other
        install_lock run
        [ "$1" = run ] || install_lock "$1"
    ) 9>"$venv/.flock"
}
