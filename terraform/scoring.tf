# Messages: the topics, the function that scores what is pushed from them, and what keeps its results.

resource "google_pubsub_topic" "main" {
  for_each = local.topics

  project      = var.project_id
  name         = local.names.topics[each.key]
  kms_key_name = var.kms_key_name
  labels       = local.labels

  depends_on = [google_project_service.main, google_kms_crypto_key_iam_member.agents]
}

# A topic without a subscription forgets what it gets: these two keep it until somebody pulls it.
resource "google_pubsub_subscription" "pull" {
  for_each = toset(["predictions", "dead-letters"])

  project                    = var.project_id
  name                       = "${local.names.topics[each.key]}-pull"
  topic                      = google_pubsub_topic.main[each.key].id
  ack_deadline_seconds       = 60
  message_retention_duration = each.key == "dead-letters" ? "${var.dead_letter_retention_seconds}s" : "${var.message_retention_seconds}s"
  enable_message_ordering    = each.key == "predictions" && var.message_ordering
  labels                     = local.labels

  expiration_policy {
    ttl = ""
  }
}

resource "google_cloudfunctions2_function" "score" {
  project      = var.project_id
  name         = local.names.score
  location     = var.region
  description  = var.dedicated_batch ? "Scores pushed messages." : "Scores pushed messages and CSV files."
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
    available_memory                 = var.score.memory
    available_cpu                    = tostring(var.score.cpu)
    max_instance_request_concurrency = var.score.concurrency
    min_instance_count               = var.score.min_instances
    max_instance_count               = var.score.max_instances
    timeout_seconds                  = var.score.timeout_seconds
    ingress_settings                 = "ALLOW_INTERNAL_ONLY" # Pub/Sub's pushes count as internal
    vpc_connector                    = var.vpc_connector
    vpc_connector_egress_settings    = local.vpc_connector_egress
    all_traffic_on_latest_revision   = true
    service_account_email            = google_service_account.main["score"].email
    environment_variables = {
      for name, value in merge(local.common_environment, local.score_environment) : name => value if value != ""
    }
  }

  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_project_iam_member.build,
    google_pubsub_topic_iam_member.publishers,
    google_storage_bucket_iam_member.model_readers,
    google_storage_bucket_iam_member.source_build,
    google_storage_bucket_object.shipped_manifest,
  ]
}

locals {
  # Who publishes to which topic. Both functions make dead letters.
  publishers = merge(
    {
      "score predictions"  = { account = "score", topic = "predictions" }
      "score dead-letters" = { account = "score", topic = "dead-letters" }
    },
    {
      for topic in var.dedicated_batch ? ["shards", "dead-letters"] : ["shards"] :
      "${local.batch_account} ${topic}" => { account = local.batch_account, topic = topic }
    },
  )

  score_function = google_cloudfunctions2_function.score
  batch_function = var.dedicated_batch ? google_cloudfunctions2_function.score_batch[0] : google_cloudfunctions2_function.score

  push = {
    features = { function = local.score_function, max_delivery_attempts = var.features_max_delivery_attempts }
    objects  = { function = local.batch_function, max_delivery_attempts = var.batch_max_delivery_attempts }
    shards   = { function = local.batch_function, max_delivery_attempts = var.batch_max_delivery_attempts }
  }
}

resource "google_pubsub_topic_iam_member" "publishers" {
  for_each = local.publishers

  project = var.project_id
  topic   = google_pubsub_topic.main[each.value.topic].name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.main[each.value.account].member
}

# Pub/Sub itself moves what could not be delivered in all its attempts.
resource "google_pubsub_topic_iam_member" "dead_letter_agent" {
  project = var.project_id
  topic   = google_pubsub_topic.main["dead-letters"].name
  role    = "roles/pubsub.publisher"
  member  = local.service_agents.pubsub
}

resource "google_cloud_run_v2_service_iam_member" "push_score" {
  project  = var.project_id
  location = google_cloudfunctions2_function.score.location
  name     = google_cloudfunctions2_function.score.name
  role     = "roles/run.invoker"
  member   = google_service_account.main["push"].member

  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.score.id]
  }
}

module "push" {
  source   = "./modules/push_consumer"
  for_each = local.push

  project_id                = var.project_id
  name                      = "${local.names.topics[each.key]}-push"
  topic                     = google_pubsub_topic.main[each.key].id
  endpoint                  = "${each.value.function.service_config[0].uri}/${each.key}"
  audience                  = each.value.function.service_config[0].uri
  service_account_email     = google_service_account.main["push"].email
  dead_letter_topic         = google_pubsub_topic.main["dead-letters"].id
  pubsub_agent              = local.service_agents.pubsub
  ack_deadline_seconds      = var.ack_deadline_seconds
  message_retention_seconds = var.message_retention_seconds
  minimum_backoff_seconds   = var.minimum_backoff_seconds
  maximum_backoff_seconds   = var.maximum_backoff_seconds
  max_delivery_attempts     = each.value.max_delivery_attempts
  enable_message_ordering   = each.key == "features" && var.message_ordering
  labels                    = local.labels

  depends_on = [
    google_cloud_run_v2_service_iam_member.push_score,
    google_cloud_run_v2_service_iam_member.push_score_batch,
    google_pubsub_subscription.pull,
    google_pubsub_topic_iam_member.dead_letter_agent,
    google_service_account_iam_member.push_tokens,
  ]
}
