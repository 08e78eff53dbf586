#!/usr/bin/env bash
# Builds the images of API and web for PLATFORM (default: linux/arm64) and pushes them to a deployment's repositories under one tag. A tag that is there already
# stays as it is: tags are immutable.
# Usage: scripts/push-images.sh acme-dev "$(git rev-parse HEAD)"
set -euo pipefail
cd "$(dirname "$0")/.."
name=${1:?Usage: scripts/push-images.sh <name of the deployment> <tag>}
tag=${2:?Usage: scripts/push-images.sh <name of the deployment> <tag>}

registry=$(aws ecr describe-repositories --repository-names "$name/api" --query 'repositories[0].repositoryUri' --output text)
registry=${registry%%/*}
aws ecr get-login-password | docker login --username AWS --password-stdin "$registry"
for service in Api Web; do
  repository=$name/${service,,}
  if aws ecr describe-images --repository-name "$repository" --image-ids imageTag="$tag" >/dev/null 2>&1; then
    echo "$repository:$tag is there already."
    continue
  fi
  # Lambda takes neither an index of several platforms nor one with attestations in it.
  docker buildx build --platform "${PLATFORM:-linux/arm64}" --provenance=false --sbom=false --file "Acme.$service/Dockerfile" --tag "$registry/$repository:$tag" --push .
done
