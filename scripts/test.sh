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

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# One after the other: some tests tell what holds a process up, and need the processors for themselves.
dotnet test --solution "$solution" --no-build --no-ansi --max-parallel-test-modules 1 2>&1 | tee "$log"
status=$?

count() { sed -n "s/^ *$1: *\([0-9]*\).*/\1/p" "$log" | tail -n 1; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
if [ -z "$passed" ] || [ "$passed" = 0 ]; then
  echo "The test runner counted no test." >&2
  status=1
fi
if [ "${CI:-}" = true ] && [ "${skipped:-0}" -gt 0 ]; then
  echo "In CI a skipped test is a failure: its prerequisite is missing on this machine." >&2
  status=1
fi
echo "${passed:-0} passed, ${failed:-0} failed, ${skipped:-0} skipped"
exit "$status"
