# shellcheck shell=bash
# Functions of the shims; sourced, not run.
# note TEXT: adds a line to the part of the summary that lists what did not run
note() { printf '%s: %s\n' "$GITHUB_JOB" "$1" >> "$REHEARSAL_STATE/not-run"; echo "::notice::$1"; }
# skip_job REASON: the remaining steps of the job end at once, because bash reads BASH_ENV before each script
skip_job() {
  note "$1"
  echo "$GITHUB_JOB" >> "$REHEARSAL_STATE/skipped"
  echo "BASH_ENV=$REHEARSAL_STEPS/exit.sh" >> "$GITHUB_ENV"
}
# image REFERENCE: the reference in the local registry
image() { printf '%s\n' "${1/#"$REHEARSAL_REPLACES"\//$REHEARSAL_REGISTRY/}"; }
