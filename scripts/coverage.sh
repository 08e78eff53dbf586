#!/usr/bin/env bash
# Runs the tests of the domain with coverage, and fails when fewer of its lines are reached than the floor says. Raise the floor when the
# coverage has risen for good; lowering it needs a reason in the pull request.
set -euo pipefail
cd "$(dirname "$0")/.."
floor=${COVERAGE_FLOOR:-75}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
results=$PWD/TestResults/coverage
rm -rf "$results"
dotnet test --project tests/Acme.Registry.Tests --no-ansi --results-directory "$results" \
  --coverlet --coverlet-output-format cobertura --coverlet-include '[Acme.Registry]*'

report=$(find "$results" tests/Acme.Registry.Tests artifacts/bin/Acme.Registry.Tests -name '*cobertura*.xml' -newer Directory.Build.props -print -quit 2>/dev/null || true)
if [ -z "$report" ]; then
  echo "The tests wrote no report of their coverage." >&2
  exit 1
fi
awk -v floor="$floor" 'match($0, /<coverage [^>]*line-rate="[0-9.]+"/) {
    text = substr($0, RSTART, RLENGTH); sub(/.*line-rate="/, "", text); sub(/".*/, "", text)
    percent = text * 100
    printf "Lines of the domain reached by its own tests: %.1f %% (floor: %s %%)\n", percent, floor
    found = 1; exit(percent < floor)
  } END { if (!found) { print "The report has no line-rate."; exit 1 } }' "$report"
