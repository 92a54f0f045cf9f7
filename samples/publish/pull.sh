#!/usr/bin/env bash
# Takes what was predicted with gcloud, a line each: pull.sh projects/PROJECT/subscriptions/predictions [LIMIT]
set -euo pipefail
subscription=${1:?the subscription, such as projects/PROJECT/subscriptions/predictions}

# the client libraries obey this variable; gcloud has to be told
if [ -n "${PUBSUB_EMULATOR_HOST:-}" ]; then
  export CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB="http://$PUBSUB_EMULATOR_HOST/"
  export CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true
fi

# what is acknowledged is gone from the subscription
gcloud pubsub subscriptions pull "$subscription" --auto-ack --limit="${2:-10}" \
  --format='value(message.data.decode(base64))'
