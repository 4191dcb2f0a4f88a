#!/usr/bin/env bash
# The action is this repository at a tag: its locked dependencies, and dist/ built from src/ where it is not there yet.
set -euo pipefail
cd "$GITHUB_ACTION_PATH"
[ -d node_modules ] || npm ci --no-audit --no-fund
[ -f dist/cli/main.js ] || npm run --silent build
