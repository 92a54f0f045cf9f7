# One topic's messages, pushed to a function with a token of an account of ours, again and again until the function
# answers 2xx or the attempts are spent; what is left then goes to the dead-letter topic.

resource "google_pubsub_subscription" "main" {
  project                    = var.project_id
  name                       = var.name
  topic                      = var.topic
  ack_deadline_seconds       = var.ack_deadline_seconds
  message_retention_duration = "${var.message_retention_seconds}s"
  enable_message_ordering    = var.enable_message_ordering
  labels                     = var.labels

  push_config {
    push_endpoint = var.endpoint

    oidc_token {
      service_account_email = var.service_account_email
      audience              = var.audience
    }
  }

  retry_policy {
    minimum_backoff = "${var.minimum_backoff_seconds}s"
    maximum_backoff = "${var.maximum_backoff_seconds}s"
  }

  dead_letter_policy {
    dead_letter_topic     = var.dead_letter_topic
    max_delivery_attempts = var.max_delivery_attempts
  }

  expiration_policy {
    ttl = "" # else Pub/Sub removes it after 31 days without a message
  }
}

# Pub/Sub acknowledges here what it has moved to the dead-letter topic.
resource "google_pubsub_subscription_iam_member" "dead_letter_agent" {
  project      = var.project_id
  subscription = google_pubsub_subscription.main.name
  role         = "roles/pubsub.subscriber"
  member       = var.pubsub_agent
}
