#!/usr/bin/env bash
# The inputs of action.yml, which come as INPUT_*, to the options of `imprint check`.
set -euo pipefail
args=(check --format human --format github --cache-dir "${RUNNER_TEMP:-/tmp}/imprint-check")
option() { if [ -n "$2" ]; then args+=("$1" "$2"); fi; }
option --policy "${INPUT_POLICY:-}"
option --preset "${INPUT_PRESET:-}"
option --baseline "${INPUT_BASELINE:-}"
option --fail-on "${INPUT_FAIL_ON:-}"
option --changed-since "${INPUT_CHANGED_SINCE:-}"
option --trust "${INPUT_TRUST:-}"
[ -z "${INPUT_SARIF:-}" ] || args+=(--format "sarif=$INPUT_SARIF")
[ -z "${INPUT_JUNIT:-}" ] || args+=(--format "junit=$INPUT_JUNIT")
[ -z "${INPUT_BEFORE:-}${INPUT_AFTER:-}" ] || args+=(--diff "${INPUT_BEFORE:-}" "${INPUT_AFTER:-}")
args+=(--)
while IFS= read -r path; do
  if [ -n "$path" ]; then args+=("$path"); fi
done <<< "${INPUT_PATHS:-}"
exec node "$GITHUB_ACTION_PATH/dist/cli/main.js" "${args[@]}"
