#!/usr/bin/env bash
# Builds and runs the benchmarks; what they measure is in docs/benchmarks.md. Arguments go to the program: a verb
# (startup, downloads, large, catalog, browse, ingest, pages, metadata, scale, all) and --quick. Without any: all.
# On a fresh Debian machine it installs nginx first (as root), which the downloads are measured beside.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is not on the PATH; see https://dotnet.microsoft.com/download." >&2
  exit 1
fi
# Debian keeps it in a directory that not every user's PATH has.
PATH=$PATH:/usr/sbin
if ! command -v nginx >/dev/null; then
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "nginx is not on the PATH. Install it (Debian: apt-get install nginx-light), or run this as root." >&2
    exit 1
  fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light >/dev/null
fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if [ $# = 0 ]; then set -- all; fi
exec dotnet run -c Release --project tests/Acme.Benchmarks -- "$@"
