#!/usr/bin/env bash
# Builds and tests everything. On a fresh Debian machine it installs what the tests need first (as root).
# Last line: the totals over all test projects, as the test runner counted them.
set -uo pipefail
cd "$(dirname "$0")/.."

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is not on the PATH; see https://dotnet.microsoft.com/download." >&2
  exit 1
fi
# program:package of Debian
missing=()
for needed in unzip:unzip bwrap:bubblewrap /usr/bin/python3:python3 \
  ceph-mon:ceph-mon ceph-osd:ceph-osd ceph:ceph-common monmaptool:ceph-base radosgw:radosgw node:nodejs npm:npm chromium:chromium; do
  command -v "${needed%%:*}" >/dev/null || missing+=("${needed##*:}")
done
# A font of text, which no program of its package tells of.
ls /usr/share/fonts/opentype/inter >/dev/null 2>&1 || missing+=(fonts-inter)
# Outside of the PATH, and its package starts a server of its own unless it is told not to: the tests make theirs.
if ! ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1; then
  missing+=(postgresql)
  if [ "$(id -u)" = 0 ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  fi
fi
if [ "${#missing[@]}" -gt 0 ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || exit 1
fi
if [ ! -d tests/Acme.Storage.Engines/dynalite/node_modules ] && command -v npm >/dev/null; then
  npm ci --prefix tests/Acme.Storage.Engines/dynalite --no-audit --no-fund --loglevel=error || exit 1
fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# The AppHost's packages are in the public NuGet gallery, which not every machine reaches. Tried once.
solution=Acme.Core.slnf
if timeout 120 dotnet restore tests/Acme.AppHost.Tests >/dev/null 2>&1; then
  solution=Acme.sln
  echo "Aspire's packages can be restored: building and testing everything."
else
  echo "Aspire's packages cannot be restored here: building and testing everything but the AppHost."
fi

dotnet build "$solution" || exit 1

log=$(mktemp) failures=$(mktemp)
trap 'rm -f "$log" "$failures"' EXIT
status=0 passed=0 failed=0 skipped=0

# Runs tests and adds up what the runner counted.
run() {
  echo "== $1"
  # One module after the other: some tests tell what holds a process up, and need the processors for themselves.
  dotnet test --no-build --no-ansi --max-parallel-test-modules 1 "${@:2}" 2>&1 | tee "$log" || status=1
  if [ "$(count total)" = 0 ]; then
    echo "The test runner counted no test." >&2
    status=1
  fi
  # What failed is told again at the end, where nothing else hides it.
  awk -v run="$1" '/^failed /{print "== " run; lines = 20} lines > 0 && (/^failed / || /^ /){print substr($0, 1, 500); lines--; next} {lines = 0}' "$log" >>"$failures"
  passed=$((passed + $(count succeeded))) failed=$((failed + $(count failed))) skipped=$((skipped + $(count skipped)))
}
count() {
  local number
  number=$(sed -n "s/^ *$1: *\([0-9]*\).*/\1/p" "$log" | tail -n 1)
  echo "${number:-0}"
}

# The REST suite on a catalog and a blob store; which of its tests, tests/Acme.Api.Tests/TestDrivers.cs says.
run_pair() {
  ACME_TEST_CATALOG=$1 ACME_TEST_BLOBS=$2 run "The REST suite on $1 and $2" --project tests/Acme.Api.Tests "${@:3}"
}

run "Every test; the REST suite on sqlite and disk" --solution "$solution"
run_pair postgres postgres --filter-not-trait Drivers=Indifferent
run_pair dynamodb s3 --filter-not-trait Drivers=Indifferent
for pair in sqlite+s3 sqlite+postgres dynamodb+disk dynamodb+postgres postgres+disk postgres+s3; do
  run_pair "${pair%+*}" "${pair#*+}" --filter-trait Drivers=Every
done

if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
  echo "In CI a skipped test is a failure: its prerequisite is missing on this machine." >&2
  status=1
fi
[ "$failed" = 0 ] || status=1
cat "$failures"
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
