#!/usr/bin/env bash
# Prints the image tag that a deployment runs; nothing when there is none yet. Usage: scripts/deployed-tag.sh acme-dev
set -euo pipefail
name=${1:?Usage: scripts/deployed-tag.sh <name of the deployment, such as acme-dev>}

if ! outputs=$(aws cloudformation describe-stacks --stack-name "$name-service" --output text \
  --query "Stacks[0].Outputs[?contains(OutputKey, 'ImageTag')].OutputValue" 2>&1); then
  # Not there yet is an answer; no right to look is not.
  case $outputs in
    *"does not exist"*) exit 0 ;;
    *) echo "$outputs" >&2; exit 1 ;;
  esac
fi
# Built while deploying rather than pushed under a tag: nothing to go back to.
[ "$outputs" = checkout ] || [ "$outputs" = None ] || echo "$outputs"
