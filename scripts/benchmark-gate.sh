#!/usr/bin/env bash
# Holds this build's speed to the ratios of tests/Acme.LoadTest/gate.json: against nginx, and against the build of another commit, both measured in turns with
# it in the same run. Exit code 1 when one does not hold.
#   scripts/benchmark-gate.sh                 # against the commit before this one
#   scripts/benchmark-gate.sh v1.2.0 --rounds 5
set -euo pipefail
cd "$(dirname "$0")/.."

against=HEAD~1
if [ $# -gt 0 ] && [[ $1 != --* ]]; then against=$1; shift; fi
commit=$(git rev-parse --verify --quiet "$against^{commit}") || { echo "There is no commit '$against'." >&2; exit 2; }

worktree=$(mktemp -d)
trap 'git worktree remove --force "$worktree" 2>/dev/null || true; rm -rf "$worktree"' EXIT
git worktree add --quiet --detach "$worktree" "$commit"
(cd "$worktree" && dotnet build -c Release Acme.Standalone >&2)
scripts/load-test.sh gate --previous "$worktree/artifacts/bin/Acme.Standalone/release/Acme.Standalone.dll" --models 50 --rounds 5 "$@"
