#!/usr/bin/env bash
# Runs the smoke test against a deployment, signed in as its administrator. Usage: scripts/smoke.sh acme-dev
set -euo pipefail
cd "$(dirname "$0")/.."
name=${1:?Usage: scripts/smoke.sh <name of the deployment, such as acme-dev>}

url=$(aws cloudformation describe-stacks --stack-name "$name-service" --output text \
  --query "Stacks[0].Outputs[?starts_with(OutputKey, 'EdgeUrl')].OutputValue")
secret=$(aws secretsmanager get-secret-value --secret-id "$name/admin" --query SecretString --output text)
ACME_USER=$(jq -r .name <<<"$secret") ACME_PASSWORD=$(jq -r .password <<<"$secret")
export ACME_USER ACME_PASSWORD
exec dotnet run --project tests/Acme.Smoke -- "$url"
