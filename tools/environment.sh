#!/bin/sh
# Makes the environment in $VENV (default .venv) that `make run`, `make test` or `make bench` needs, once.
#
# Usage, from the project's folder: sh tools/environment.sh run|test|bench
# What was installed is remembered as copies of the files it came from, in $VENV/made-from. It is made anew where they
# differ, where the project has moved, and where the mark `unfinished` tells that an earlier attempt was cut off.
# PYTHON names the interpreter; without it the first suitable one of python3, python3.13, ... is taken.
set -u

wanted=${1:-run}
venv=${VENV:-.venv}
made=$venv/made-from
python=
reasons=

say() { printf '%s\n' "$*" >&2; }

stop() {
  say "shidian: $1"
  shift
  for line in "$@"; do say "$line"; done
  exit 1
}

same() { cmp -s "$1" "$made/$1"; }

here() { [ "$(cat "$made/place" 2>/dev/null)" = "$(pwd -P)" ]; }

# The requirements of tests and of benchmarks each hold all of the run requirements, in the same versions.
complete() {
  [ ! -e "$venv/unfinished" ] && here && same pyproject.toml && same requirements/run.txt &&
    same "requirements/$wanted.txt" && [ -x "$venv/bin/python" ]
}

# An environment can be completed where all that it has still holds; one that somebody else made is only added to.
usable() {
  [ ! -e "$venv/unfinished" ] &&
    "$venv/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || return 1
  [ -d "$made" ] || return 0
  here || return 1
  for each in run test bench; do
    [ ! -e "$made/requirements/$each.txt" ] || same "requirements/$each.txt" || return 1
  done
}

# Sets `python` where the interpreter can do the job; else adds to `reasons`.
consider() {
  found=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || return 1
  if ! "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    reasons="$reasons
  $1 is Python $found, which is too old."
  elif ! "$1" -c 'import venv, ensurepip' 2>/dev/null; then
    reasons="$reasons
  $1 (Python $found) has no module venv or ensurepip. Debian and Ubuntu: apt install python3-venv"
  else
    python=$1
  fi
  [ -n "$python" ]
}

find_python() {
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
    consider "$candidate" && return
  done
  [ -n "$reasons" ] || reasons="
  None was found: ${PYTHON:-python3, python3.11 and newer} cannot be started."
  stop "a Python of 3.11 or newer that can make an environment is needed.$reasons" \
    'Install one, or name one: make run PYTHON=/path/to/python3.12'
}

start_anew() {
  find_python
  say "Making the environment in $venv: once, a minute or two ..."
  rm -rf "$venv" && mkdir -p "$venv" && : >"$venv/unfinished" ||
    stop "$venv cannot be written; mend that, or name another place: make $wanted VENV=/path/to/environment"
  "$python" -m venv "$venv" >"$venv/venv.log" 2>&1 || {
    say "$(tail -n 5 "$venv/venv.log")"
    stop "$python could not make the environment in $venv; its last words stand above." \
      'Debian and Ubuntu: apt install python3-venv. Otherwise name another interpreter with PYTHON=.'
  }
}

# PIP_USER, where somebody has set it, forbids what is done here; all else that is set for pip holds.
install() {
  PIP_USER=0 "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$@" ||
    stop 'installing failed; what pip said stands above.' \
      'If it could not be reached, see that this machine reaches a package index or a mirror that pip knows of.' \
      "If no version was found, this Python may be too new: try another, make $wanted PYTHON=python3.12" \
      "Then say make $wanted again; it starts anew."
}

remember() {
  mkdir -p "$made/requirements" && cp pyproject.toml "$made/" && pwd -P >"$made/place" &&
    cp requirements/run.txt "$made/requirements/" && cp "requirements/$wanted.txt" "$made/requirements/" && rm "$venv/unfinished" ||
    stop "$venv cannot be written; is the disk full?"
}

case $wanted in run | test | bench) ;; *) stop "'$wanted' is no environment; say run, test or bench." ;; esac
complete && exit 0
if usable; then say "Bringing the environment in $venv up to date ..."; else start_anew; fi
: >"$venv/unfinished"
install --only-binary :all: --require-hashes -r "requirements/$wanted.txt"
install --no-index --no-deps --no-build-isolation --editable .
remember
