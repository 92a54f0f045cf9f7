# Files: what is dropped into the input bucket is scored into the output bucket.

resource "google_storage_bucket" "input" {
  project                     = var.project_id
  name                        = local.names.buckets.input
  location                    = var.region
  labels                      = local.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.force_destroy

  versioning {
    enabled = true # a job reads the version that it began with, whatever is dropped over it
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      with_state                 = "ARCHIVED"
      days_since_noncurrent_time = var.old_version_days
    }
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 7
    }
  }

  soft_delete_policy {
    retention_duration_seconds = var.soft_delete_seconds
  }

  dynamic "encryption" {
    for_each = var.kms_key_name == null ? [] : [var.kms_key_name]
    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [google_project_service.main, google_kms_crypto_key_iam_member.agents]
}

# Without versions and soft delete: what a job removes when it is done would be kept, and billed.
resource "google_storage_bucket" "output" {
  project                     = var.project_id
  name                        = local.names.buckets.output
  location                    = var.region
  labels                      = local.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.force_destroy

  versioning {
    enabled = false
  }

  # A finished job removes its parts; this removes those of jobs that were given up.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = 30
      matches_prefix = ["_parts/"]
    }
  }

  soft_delete_policy {
    retention_duration_seconds = 0
  }

  dynamic "encryption" {
    for_each = var.kms_key_name == null ? [] : [var.kms_key_name]
    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [google_project_service.main, google_kms_crypto_key_iam_member.agents]
}

resource "google_storage_bucket_iam_member" "input_reader" {
  bucket = google_storage_bucket.input.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.main[local.batch_account].member
}

resource "google_storage_bucket_iam_member" "output_writer" {
  bucket = google_storage_bucket.output.name
  role   = "roles/storage.objectUser"
  member = google_service_account.main[local.batch_account].member
}

resource "google_pubsub_topic_iam_member" "notifications" {
  project = var.project_id
  topic   = google_pubsub_topic.main["objects"].name
  role    = "roles/pubsub.publisher"
  member  = data.google_storage_project_service_account.main.member
}

resource "google_storage_notification" "objects" {
  bucket             = google_storage_bucket.input.name
  topic              = google_pubsub_topic.main["objects"].id
  payload_format     = "JSON_API_V1"
  event_types        = ["OBJECT_FINALIZE"]
  object_name_prefix = var.input_prefix == "" ? null : var.input_prefix

  # The grant comes first; so does the subscription, or a file dropped early would go unnoticed.
  depends_on = [google_pubsub_topic_iam_member.notifications, module.push]
}

resource "google_cloudfunctions2_function" "score_batch" {
  count = var.dedicated_batch ? 1 : 0

  project      = var.project_id
  name         = local.names.score_batch
  location     = var.region
  description  = "Scores CSV files."
  labels       = local.labels
  kms_key_name = var.kms_key_name

  build_config {
    runtime               = local.runtime
    entry_point           = "score"
    environment_variables = local.build_environment
    docker_repository     = google_artifact_registry_repository.main[var.region].id
    service_account       = google_service_account.main["build"].id

    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.source.name
      }
    }
  }

  service_config {
    available_memory                 = var.score_batch.memory
    available_cpu                    = tostring(var.score_batch.cpu)
    max_instance_request_concurrency = var.score_batch.concurrency
    min_instance_count               = var.score_batch.min_instances
    max_instance_count               = var.score_batch.max_instances
    timeout_seconds                  = var.score_batch.timeout_seconds
    ingress_settings                 = "ALLOW_INTERNAL_ONLY"
    vpc_connector                    = var.vpc_connector
    vpc_connector_egress_settings    = local.vpc_connector_egress
    all_traffic_on_latest_revision   = true
    service_account_email            = google_service_account.main["score-batch"].email
    environment_variables = {
      for name, value in merge(local.common_environment, local.score_batch_environment) : name => value if value != ""
    }
  }

  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_project_iam_member.build,
    google_pubsub_topic_iam_member.publishers,
    google_storage_bucket_iam_member.input_reader,
    google_storage_bucket_iam_member.model_readers,
    google_storage_bucket_iam_member.output_writer,
    google_storage_bucket_iam_member.source_build,
    google_storage_bucket_object.shipped_manifest,
  ]
}

resource "google_cloud_run_v2_service_iam_member" "push_score_batch" {
  count = var.dedicated_batch ? 1 : 0

  project  = var.project_id
  location = google_cloudfunctions2_function.score_batch[0].location
  name     = google_cloudfunctions2_function.score_batch[0].name
  role     = "roles/run.invoker"
  member   = google_service_account.main["push"].member

  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.score_batch[0].id]
  }
}
