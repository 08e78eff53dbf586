#!/usr/bin/env bash
# Builds the registry and the load test program and runs it; what it measures is in docs/performance.md. Arguments go to the program: a verb (prepare, run,
# compare, gate) and its options. Without any: compare the embedded stores with nginx and docker-registry.
# On a fresh Debian machine it installs the peers and engines that compare needs first (as root).
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is not on the PATH; see https://dotnet.microsoft.com/download." >&2
  exit 1
fi
# Debian keeps some in a directory that not every user's PATH has.
PATH=$PATH:/usr/sbin
# program:package of Debian
programs=(nginx:nginx-light docker-registry:docker-registry)
[[ " $* " == *s3* ]] && programs+=(ceph-mon:ceph-mon ceph-osd:ceph-osd ceph:ceph-common monmaptool:ceph-base radosgw:radosgw)
[[ " $* " == *dynamodb* ]] && programs+=(node:nodejs npm:npm)
missing=()
for needed in "${programs[@]}"; do
  command -v "${needed%%:*}" >/dev/null || missing+=("${needed##*:}")
done
# Outside of the PATH, and its package starts a server of its own unless it is told not to.
if [[ " $* " == *postgres* ]] && ! ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1; then
  missing+=(postgresql)
  if [ "$(id -u)" = 0 ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  fi
fi
if [ "${#missing[@]}" -gt 0 ]; then
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "Missing: ${missing[*]}. Install them (Debian: apt-get install ${missing[*]}), or run this as root." >&2
    exit 1
  fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
if [[ " $* " == *dynamodb* ]] && [ ! -d tests/Acme.Storage.Engines/dynalite/node_modules ]; then
  npm ci --prefix tests/Acme.Storage.Engines/dynalite --no-audit --no-fund --loglevel=error
fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

dotnet build -c Release Acme.Standalone >&2
dotnet build -c Release tests/Acme.LoadTest >&2
if [ $# = 0 ]; then set -- compare; fi
exec dotnet artifacts/bin/Acme.LoadTest/release/Acme.LoadTest.dll "$@"
