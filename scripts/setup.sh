#!/bin/sh
# Makes a fresh machine ready: system packages where it may, a virtual environment, sohoa in it.
#   sh scripts/setup.sh run            what `make ingest` needs
#   sh scripts/setup.sh web            that, and what `make serve` needs
#   sh scripts/setup.sh test           that, and what the tests and the lint need
#   sh scripts/setup.sh models         that of `run`, and what `make models` needs
#   sh scripts/setup.sh bench          that of `models`, and the tools that sohoa is compared with
#   sh scripts/setup.sh list PURPOSE   installs nothing: the Debian packages of a purpose, a name a line
# Does nothing (well under a second) when all of it is there. Exit 3: something is missing that only the user can install.
set -eu
cd "$(dirname "$0")/.."

purpose=${1:-run}
only_list=
if [ "$purpose" = list ]; then
    only_list=yes
    purpose=${2:-run}
fi
venv=.venv
case $purpose in
run) extras= ;;
web) extras=web ;;
test) extras=dev,web,ray,s3,parquet,postgres ;;
models) extras=train,network ;;
bench) extras=train,bench ;;
*)
    echo "setup: unknown purpose '$purpose'; use run, web, test, models or bench." >&2
    exit 1
    ;;
esac

say() { echo "setup: $*" >&2; }

# ------------------------------------------------------------------ system packages

has() { command -v "$1" >/dev/null 2>&1; }
has_vietnamese() { has tesseract && tesseract --list-langs 2>/dev/null | grep -qx vie; }
has_debian_package() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$'; }

# Liberation Serif stands in for Times New Roman on rendered pages. Version 1 lacks the Vietnamese letters; version 2
# comes as fonts-liberation2 (Debian 12, Ubuntu 22.04; a name that later releases still provide or have renamed back).
has_vietnamese_fonts() {
    has_debian_package fonts-liberation2 ||
        dpkg --compare-versions "$(dpkg-query -W -f '${Version}' fonts-liberation 2>/dev/null || echo 0)" ge 1:2 ||
        { ! apt-cache show fonts-liberation2 >/dev/null 2>&1 && has_debian_package fonts-liberation; }
}
vietnamese_fonts() {
    if has_debian_package fonts-liberation2 || apt-cache show fonts-liberation2 >/dev/null 2>&1; then
        echo fonts-liberation2
    else
        echo fonts-liberation
    fi
}

# A Python of a version sohoa runs on that can also make virtual environments; pyenv's shims exist without one behind.
fits() {
    has "$1" && "$1" -c '
import sys
sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null
}
makes_venvs() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

find_python() {
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if fits "$name" && makes_venvs "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# Debian splits venv from Python. Where python3 itself is too old or too new, another version may be offered beside it.
debian_python_packages() {
    if fits python3; then
        echo python3-venv
        return
    fi
    for name in python3.13 python3.12 python3.11; do
        if apt-cache show "$name-venv" >/dev/null 2>&1; then
            echo "$name $name-venv"
            return
        fi
    done
    echo python3.11 python3.11-venv
}

python_is_needed() { [ ! -x "$venv/bin/python" ] && ! find_python >/dev/null; }

# What a purpose needs beside Python. What tests open is checked against this list (tests/system_packages.py).
debian_packages() {
    echo tesseract-ocr
    echo tesseract-ocr-vie
    echo poppler-utils
    if [ "$purpose" = test ]; then echo postgresql; fi # a server of its own for the tests of the export
    # only pages that sohoa renders itself need fonts: nobody is kept from ingesting for want of them
    case $purpose in run | web) ;; *) vietnamese_fonts ;; esac
    case $purpose in
    test) fonts="croscore dejavu-core texgyre" ;; # pages of the tests are printed in these
    models | bench)
        fonts="croscore crosextra-carlito dejavu-extra freefont-ttf linuxlibertine noto-core texgyre"
        # the recogniser is trained on pages in more of them, and on numbers in hands
        fonts="$fonts open-sans roboto-unhinted sil-charis sil-gentiumplus vollkorn"
        fonts="$fonts breip dancingscript dkg-handwriting humor-sans kristi"
        ;;
    *) fonts= ;;
    esac
    for name in $fonts; do echo "fonts-$name"; done
    # The web page is tried in a real browser; Ubuntu has it as a snap only, and skips those tests. What drives it is a
    # program of Playwright's, which needs libatomic.
    if [ "$purpose" = test ]; then echo libatomic1; fi
    if [ "$purpose" = test ] && ! grep -qs '^ID=ubuntu' /etc/os-release; then echo chromium; fi
}

# Programs count wherever they come from; a font, by the package that has it whole.
is_there() {
    case $1 in
    tesseract-ocr) has tesseract ;;
    tesseract-ocr-vie) has_vietnamese ;;
    poppler-utils) has pdftoppm ;;
    chromium) has chromium || has chromium-browser || has google-chrome ;;
    fonts-liberation*) has_vietnamese_fonts ;;
    *) has_debian_package "$1" ;;
    esac
}

missing_debian_packages() {
    for package in $(debian_packages); do is_there "$package" || echo "$package"; done
    if python_is_needed; then debian_python_packages; fi
}

install_debian_packages() {
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif has sudo && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        say "These system packages are missing: $1"
        say "Install them with this one command, then run make again:"
        say "    sudo apt-get update && sudo apt-get install -y $1"
        exit 3
    fi
    # A new container has no package lists, and which package brings a thing is known only with them.
    $as_root apt-get update -qq >&2 || true
    packages=$(missing_debian_packages | tr '\n' ' ')
    say "Installing system packages: $packages"
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >&2 || {
        say "The system packages could not be installed (see above). Try it by hand:"
        say "    sudo apt-get update && sudo apt-get install -y $packages"
        exit 3
    }
}

ensure_system_packages() {
    if has apt-get; then
        packages=$(missing_debian_packages | tr '\n' ' ')
        if [ -n "$packages" ]; then install_debian_packages "$packages"; fi
        return
    fi
    missing=
    has_vietnamese || missing="$missing tesseract tesseract-lang"
    has pdftoppm || missing="$missing poppler"
    if python_is_needed; then missing="$missing python@3.13"; fi
    if [ -z "$missing" ]; then return; fi
    if has brew; then
        say "These programs are missing; install them with this one command, then run make again:"
        say "    brew install$missing"
    else
        say "These programs are missing:$missing"
        say "Install Tesseract with its Vietnamese data (vie), poppler's command-line tools and Python 3.11-3.13,"
        say "then run make again. On Debian and Ubuntu this is done for you."
    fi
    exit 3
}

# ------------------------------------------------------------------ the virtual environment

# What the environment was made from: another checkout place, other pins or other extras make it stale.
fingerprint() { { pwd && cat pyproject.toml constraints.txt scripts/setup.sh; } | cksum; }

is_installed() { [ -x "$venv/bin/sohoa" ] && [ "$(cat "$venv/.sohoa-$1" 2>/dev/null)" = "$current" ]; }

ensure_environment() {
    current=$(fingerprint)
    if is_installed "$purpose"; then return; fi
    if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        python=$(find_python) || {
            say "sohoa needs Python 3.11, 3.12 or 3.13 with its venv module, and this system has none."
            say "Install one, then run again with PYTHON=/path/to/python."
            exit 3
        }
        say "Making a virtual environment in $venv with $("$python" --version)"
        "$python" -m venv --clear "$venv"
    fi
    say "Installing sohoa${extras:+ [$extras]} and its libraries into $venv; this takes some minutes, once ..."
    # pip warns of much that harms nobody (places to look that it ignores): it is shown when something went wrong only.
    said=$venv/.sohoa-pip.log
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --constraint constraints.txt --editable ".${extras:+[$extras]}" >"$said" 2>&1 || {
        cat "$said" >&2
        say "The libraries could not be installed (see above). Is there a connection to the package index?"
        exit 3
    }
    rm -f "$said"
    echo "$current" >"$venv/.sohoa-$purpose"
    echo "$current" >"$venv/.sohoa-run"
}

if [ -n "$only_list" ]; then
    debian_packages
    exit
fi
ensure_system_packages
ensure_environment
