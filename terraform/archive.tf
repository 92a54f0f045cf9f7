# Dead letters as files: Avro, which keeps the attributes (the reasons) beside the bytes.

locals {
  # "-archive" has 8 of the 63 characters that a bucket's name may have.
  _archive_bucket = coalesce(
    var.dead_letter_archive_bucket_name,
    "${trimsuffix(substr(local.bucket_base, 0, 55), "-")}-archive",
  )
}

resource "google_storage_bucket" "archive" {
  count = var.dead_letter_archive ? 1 : 0

  project                     = var.project_id
  name                        = local._archive_bucket
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.force_destroy
  labels                      = local.labels

  soft_delete_policy {
    retention_duration_seconds = var.soft_delete_seconds
  }

  dynamic "lifecycle_rule" {
    for_each = var.dead_letter_archive_days == null ? [] : [var.dead_letter_archive_days]
    content {
      action {
        type = "Delete"
      }
      condition {
        age = lifecycle_rule.value
      }
    }
  }

  dynamic "encryption" {
    for_each = var.kms_key_name == null ? [] : [var.kms_key_name]
    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [google_project_service.main, google_kms_crypto_key_iam_member.agents]
}

# Pub/Sub's agent writes the files; a subscription is refused where it may not.
resource "google_storage_bucket_iam_member" "archive_pubsub_agent" {
  for_each = var.dead_letter_archive ? toset(["roles/storage.legacyBucketReader", "roles/storage.objectCreator"]) : toset([])

  bucket = google_storage_bucket.archive[0].name
  role   = each.key
  member = local.service_agents.pubsub
}

resource "google_pubsub_subscription" "archive" {
  count = var.dead_letter_archive ? 1 : 0

  project                    = var.project_id
  name                       = "${google_pubsub_topic.main["dead-letters"].name}-archive"
  topic                      = google_pubsub_topic.main["dead-letters"].id
  ack_deadline_seconds       = 600 # at least max_duration
  message_retention_duration = "2678400s"
  labels                     = local.labels

  cloud_storage_config {
    bucket                   = google_storage_bucket.archive[0].name
    filename_datetime_format = "YYYY-MM-DD/hh_mm_ssZ"
    filename_suffix          = ".avro"
    max_duration             = "300s"

    avro_config {
      write_metadata = true
    }
  }

  expiration_policy {
    ttl = ""
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  depends_on = [google_storage_bucket_iam_member.archive_pubsub_agent]
}
