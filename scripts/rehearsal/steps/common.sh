# shellcheck shell=bash
# Functions of the shims; sourced, not run.
# note TEXT: adds a line to the part of the summary that lists what did not run
note() { printf '%s\t%s\n' "$GITHUB_JOB" "$1" >> "$REHEARSAL_STATE/not-run"; echo "::notice::$1"; }
# image REFERENCE: the reference in the local registry
image() { printf '%s\n' "${1/#ghcr.io\//$REHEARSAL_REGISTRY/}"; }
