# Tables that fill themselves: a subscription of a topic writes each message as a row.

locals {
  use_bigquery = length(local._tables) > 0

  # The APIs that the options in use need, beside those that everything needs.
  option_services = concat(
    local.use_bigquery ? ["bigquery.googleapis.com"] : [],
    var.domain != null ? ["compute.googleapis.com"] : [],
    var.kms_key_name != null ? ["cloudkms.googleapis.com", "eventarc.googleapis.com"] : [],
    var.warm_up_schedule != null ? ["cloudscheduler.googleapis.com"] : [],
  )

  # By topic. Predictions are flat JSON that fits its columns; of a dead letter the bytes
  # are kept as they came, with the columns that Pub/Sub fills where it writes metadata.
  _tables = merge(
    var.bigquery_predictions ? {
      "predictions" = {
        description     = "One row a prediction. A message that is delivered twice gives two rows of one prediction_id."
        partition_field = "scored_at"
        schema          = file("${path.module}/../samples/schemas/prediction.bigquery.json")
        is_flat         = true
      }
    } : {},
    var.bigquery_dead_letters ? {
      "dead-letters" = {
        description     = "One row a dead letter: its data as it came and, in attributes, why it was not scored."
        partition_field = "publish_time"
        schema          = local._dead_letter_schema
        is_flat         = false
      }
    } : {},
  )

  _dead_letter_schema = jsonencode([
    { name = "data", type = "BYTES", mode = "NULLABLE", description = "What could not be scored, byte for byte." },
    { name = "subscription_name", type = "STRING", mode = "NULLABLE", description = "The subscription that wrote the row." },
    { name = "message_id", type = "STRING", mode = "NULLABLE", description = "The id of the dead letter on its topic." },
    { name = "publish_time", type = "TIMESTAMP", mode = "NULLABLE", description = "When the dead letter was published." },
    { name = "attributes", type = "JSON", mode = "NULLABLE", description = "The attributes of the dead letter: error-code, error-message, source-message-id and the others." },
  ])
}

resource "google_bigquery_dataset" "main" {
  count = local.use_bigquery ? 1 : 0

  project     = var.project_id
  dataset_id  = coalesce(var.bigquery_dataset_id, replace(var.prefix, "-", "_"))
  location    = coalesce(var.bigquery_location, var.region)
  description = "Predictions and dead letters of Scorestream"
  labels      = local.labels

  delete_contents_on_destroy = var.force_destroy

  dynamic "default_encryption_configuration" {
    for_each = var.kms_key_name == null ? [] : [var.kms_key_name]
    content {
      kms_key_name = default_encryption_configuration.value
    }
  }

  depends_on = [google_project_service.main, google_kms_crypto_key_iam_member.agents]
}

resource "google_bigquery_table" "main" {
  for_each = local._tables

  project             = var.project_id
  dataset_id          = google_bigquery_dataset.main[0].dataset_id
  table_id            = replace(each.key, "-", "_")
  description         = each.value.description
  schema              = each.value.schema
  deletion_protection = !var.force_destroy
  labels              = local.labels

  time_partitioning {
    type          = "DAY"
    field         = each.value.partition_field
    expiration_ms = var.bigquery_retention_days == null ? null : var.bigquery_retention_days * 86400000
  }
}

# Pub/Sub's agent writes the rows; a subscription is refused where it may not.
resource "google_bigquery_table_iam_member" "pubsub_agent" {
  for_each = google_bigquery_table.main

  project    = each.value.project
  dataset_id = each.value.dataset_id
  table_id   = each.value.table_id
  role       = "roles/bigquery.dataEditor"
  member     = local.service_agents.pubsub
}

resource "google_pubsub_subscription" "bigquery" {
  for_each = local._tables

  project                    = var.project_id
  name                       = "${google_pubsub_topic.main[each.key].name}-bigquery"
  topic                      = google_pubsub_topic.main[each.key].id
  ack_deadline_seconds       = 600
  message_retention_duration = "2678400s" # what BigQuery refuses can be mended for 31 days
  labels                     = local.labels

  bigquery_config {
    table               = "${var.project_id}.${google_bigquery_table.main[each.key].dataset_id}.${google_bigquery_table.main[each.key].table_id}"
    use_table_schema    = each.value.is_flat
    drop_unknown_fields = each.value.is_flat
    # With predictions, metadata would claim the columns message_id and publish_time.
    write_metadata = !each.value.is_flat
  }

  expiration_policy {
    ttl = ""
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  # A row that BigQuery refuses goes to the dead letters, but for dead letters themselves:
  # their table takes any bytes.
  dynamic "dead_letter_policy" {
    for_each = each.value.is_flat ? [google_pubsub_topic.main["dead-letters"].id] : []
    content {
      dead_letter_topic     = dead_letter_policy.value
      max_delivery_attempts = 30
    }
  }

  depends_on = [google_bigquery_table_iam_member.pubsub_agent]
}

# To move what BigQuery refuses, the agent acknowledges it here; that it may publish to
# the dead letters is granted with the topic.
resource "google_pubsub_subscription_iam_member" "bigquery_dead_letter_subscriber" {
  for_each = { for key, table in local._tables : key => table if table.is_flat }

  project      = var.project_id
  subscription = google_pubsub_subscription.bigquery[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = local.service_agents.pubsub
}
