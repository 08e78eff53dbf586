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
missing=()
for needed in nginx:nginx-light docker-registry:docker-registry pg_config:postgresql; do
  [ "$needed" = pg_config:postgresql ] && ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 && continue
  command -v "${needed%%:*}" >/dev/null || missing+=("${needed##*:}")
done
if [ "${#missing[@]}" -gt 0 ]; then
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "Missing: ${missing[*]}. Install them (Debian: apt-get install ${missing[*]}), or run this as root." >&2
    exit 1
  fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

dotnet build -c Release Acme.Standalone >&2
dotnet build -c Release tests/Acme.LoadTest >&2
if [ $# = 0 ]; then set -- compare; fi
exec dotnet artifacts/bin/Acme.LoadTest/release/Acme.LoadTest.dll "$@"
