#!/usr/bin/env bash
# Builds and tests everything. On a fresh Debian machine it installs what the tests need first (as root).
# Last line: the totals over all test projects, read from their result files.
set -uo pipefail
cd "$(dirname "$0")/.."

need_packages=()
command -v unzip >/dev/null || need_packages+=(unzip)
if ((${#need_packages[@]})) && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing: ${need_packages[*]}"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${need_packages[@]}" >/dev/null || exit 1
fi
if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is not on the PATH; see https://dotnet.microsoft.com/download." >&2
  exit 1
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 HOME="${HOME:-/root}"
results=artifacts/test-results
rm -rf "$results"

dotnet build Acme.sln --nologo || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
dotnet test Acme.sln --nologo --no-build --logger trx --results-directory "$results" -- RunConfiguration.TreatNoTestsAsError=false
status=$?

passed=0 failed=0 skipped=0
for file in "$results"/*.trx; do
  [ -e "$file" ] || continue
  counters=$(grep -o '<Counters [^>]*>' "$file" | head -n 1)
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  total=$(count total) ok=$(count passed) run=$(count executed)
  passed=$((passed + ok)) failed=$((failed + run - ok)) skipped=$((skipped + total - run))
done

if ((passed == 0)); then status=1; fi
if ((failed > 0)); then status=1; fi
if [ "${CI:-}" = true ] && ((skipped > 0)); then
  echo "In CI a skipped test is a failure: its prerequisite is missing on this machine." >&2
  status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
