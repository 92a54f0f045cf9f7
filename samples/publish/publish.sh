#!/usr/bin/env bash
# Publishes flights to a topic with gcloud: publish.sh projects/PROJECT/topics/features
set -euo pipefail
topic=${1:?the topic, such as projects/PROJECT/topics/features}
cd "$(dirname "${BASH_SOURCE[0]}")"

# the client libraries obey this variable; gcloud has to be told
if [ -n "${PUBSUB_EMULATOR_HOST:-}" ]; then
  export CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB="http://$PUBSUB_EMULATOR_HOST/"
  export CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true
fi

# prints the message's id
publish() {
  gcloud pubsub topics publish "$topic" --format='value(messageIds[0])' "$@"
}

# one flight: JSON needs no attribute
publish --message="$(cat ../flight.json)"

# several flights, a line each
publish --attribute=content-type=application/x-ndjson --message='{"OPERA":"Grupo LATAM","TIPOVUELO":"I","MES":7}
{"OPERA":"Sky Airline","TIPOVUELO":"N","MES":12}'

# the rows of a CSV file
publish --attribute=content-type=text/csv --message="$(cat ../flights.csv)"
