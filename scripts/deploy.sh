#!/usr/bin/env bash
# Deploys a version under a tag that was pushed. More context may follow. Usage:
#   scripts/deploy.sh acme-prod prod "$(git rev-parse HEAD)" -c compute=lambda
set -euo pipefail
cd "$(dirname "$0")/../Acme.Infra.Cdk"
name=${1:?Usage: scripts/deploy.sh <name> <dev|prod> <tag> [-c key=value ...]}
profile=${2:?Usage: scripts/deploy.sh <name> <dev|prod> <tag> [-c key=value ...]}
tag=${3:?Usage: scripts/deploy.sh <name> <dev|prod> <tag> [-c key=value ...]}
shift 3

# What the workflow knows and a shell may leave out; an empty value counts as none.
exec npx cdk deploy --all --require-approval never \
  -c name="$name" -c profile="$profile" -c imageTag="$tag" \
  -c gitHubRepository="${REPOSITORY:-}" -c alarmEmail="${ALARM_EMAIL:-}" "$@"
