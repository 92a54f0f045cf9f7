# Metrics that are made of log lines, which add up over all instances. docs/logs.md
# and docs/monitoring.md have the lines' fields.

locals {
  # events: lines that count. value: a field that is added up; without one, lines are
  # counted. labels: fields that tell series apart.
  log_metrics = {
    requests = {
      description = "POST requests that were answered; of the scoring functions, deliveries."
      events      = ["STATS"]
      value       = "requests"
      labels      = { model_name = "model.name", model_version = "model.version", model_digest = "model.digest" }
    }
    requests_429 = {
      description = "POST requests that were answered 429: more instances would have helped."
      events      = ["STATS"]
      value       = "status429"
      labels      = {}
    }
    rows_scored = {
      description = "Rows of requests and messages whose predictions were answered or published."
      events      = ["STATS"]
      value       = "rowsScored"
      labels      = { model_name = "model.name", model_version = "model.version", model_digest = "model.digest" }
    }
    rows_refused = {
      description = "Rows of requests and messages that could not be scored."
      events      = ["STATS"]
      value       = "rowsRefused"
      labels      = {}
    }
    jobs = {
      description = "Files: shards published (JOB_PLANNED, of large ones), scored (JOB_SUCCEEDED), failed as a whole (JOB_FAILED)."
      events      = ["JOB_PLANNED", "JOB_SUCCEEDED", "JOB_FAILED"]
      value       = null
      labels      = { event = "event" }
    }
    file_rows_scored = {
      description = "Rows of files that were scored, counted when their file is done."
      events      = ["JOB_SUCCEEDED"]
      value       = "rows.scored"
      labels      = {}
    }
    file_rows_failed = {
      description = "Rows of files that could not be scored, counted when their file is done."
      events      = ["JOB_SUCCEEDED"]
      value       = "rows.failed"
      labels      = {}
    }
    models_loaded = {
      description = "Models that passed their self-test and are served, once an instance."
      events      = ["MODEL_LOADED"]
      value       = null
      labels      = { model_name = "model.name", model_version = "model.version", model_digest = "model.digest" }
    }
    failures = {
      description = "What failed, by event and code of the error."
      events = [
        "JOB_FAILED",
        "MESSAGE_REFUSED",
        "MODEL_LOAD_FAILED",
        "MODEL_LOOK_FAILED",
        "MODEL_REFRESH_FAILED",
        "REQUEST_FAILED",
        "SCORING_FAILED",
        "WORKER_CRASHED",
      ]
      value  = null
      labels = { event = "event", code = "code" }
    }
    faults = {
      description = "What failed without a code: processes that ended, outputs that are too large, memory that was perhaps not given back."
      events      = ["MODEL_RELEASE_FAILED", "OUTPUT_TOO_LARGE", "PROCESS_FAILED"]
      value       = null
      labels      = { event = "event" }
    }
  }

  # Cloud Monitoring's names in PromQL have neither slashes nor dashes.
  log_metric_series = {
    for key in keys(local.log_metrics) :
    key => "logging_googleapis_com:user_${replace(var.prefix, "-", "_")}_${key}"
  }
}

resource "google_logging_metric" "main" {
  for_each = local.log_metrics

  project     = var.project_id
  name        = "${var.prefix}/${each.key}"
  description = each.value.description

  filter = join(" AND ", [
    local.watched_logs,
    "jsonPayload.event=(${join(" OR ", [for event in each.value.events : "\"${event}\""])})",
  ])

  # Only a distribution adds up a field: its sum, which PromQL has as NAME_sum.
  value_extractor  = each.value.value == null ? null : "EXTRACT(jsonPayload.${each.value.value})"
  label_extractors = { for label, field in each.value.labels : label => "EXTRACT(jsonPayload.${field})" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = each.value.value == null ? "INT64" : "DISTRIBUTION"
    unit        = "1"

    dynamic "labels" {
      for_each = each.value.labels

      content {
        key        = labels.key
        value_type = "STRING"
      }
    }
  }

  dynamic "bucket_options" {
    for_each = each.value.value == null ? [] : [each.value.value]

    content {
      exponential_buckets {
        num_finite_buckets = 32
        growth_factor      = 2
        scale              = 1
      }
    }
  }

  depends_on = [google_project_service.main]
}
