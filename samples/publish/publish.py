"""Publishes flights to a topic: python publish.py projects/PROJECT/topics/features"""

import json
import sys
from pathlib import Path

from google.cloud import pubsub_v1

if len(sys.argv) != 2:
    sys.exit("Name the topic, such as projects/PROJECT/topics/features.")
topic = sys.argv[1]

flights = [
    {"OPERA": "Grupo LATAM", "TIPOVUELO": "I", "MES": 7},
    {"OPERA": "Sky Airline", "TIPOVUELO": "N", "MES": 12},
]
lines = "\n".join(json.dumps(flight) for flight in flights)
csv = Path(__file__).parent.parent / "flights.csv"

publisher = pubsub_v1.PublisherClient()
published = [
    # one flight: JSON needs no attribute
    publisher.publish(topic, json.dumps({"instances": flights[:1]}).encode()),
    # several flights, a line each; attributes are keywords, and this one's name has a hyphen
    publisher.publish(topic, lines.encode(), **{"content-type": "application/x-ndjson"}),
    # the rows of a CSV file
    publisher.publish(topic, csv.read_bytes(), **{"content-type": "text/csv"}),
]
for message in published:
    print(message.result(timeout=60))
