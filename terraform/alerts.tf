# Alerts. The first apply must succeed, so none is on a log-based metric: Cloud
# Monitoring doesn't know one for minutes after it was made, and refuses the alert
# (hashicorp/terraform-provider-google#11102). Conditions are on Google's own metrics,
# or match log lines.

locals {
  alert_names = [
    "dead-letters-waiting",
    "job-stuck",
    "messages-not-acknowledged",
    "model-refresh-fails",
    "predictions-fail",
    "predictions-slow",
  ]

  _predict_series = "monitored_resource=\"cloud_run_revision\",project_id=\"${var.project_id}\",service_name=\"${local.names.predict}\""
  _predict_counts = "sum by (location) (increase(run_googleapis_com:request_count{${local._predict_series}}[10m]))"
  _predict_failed = "sum by (location) (increase(run_googleapis_com:request_count{${local._predict_series},response_code_class=\"5xx\"}[10m]))"

  # severity and what fires it, each by what it is called in an incident:
  # waiting: a metric of a subscription that stays above a number;
  # queries: PromQL that gives something; lines: a log filter that matches.
  alerts = {
    dead-letters-waiting = {
      severity = "WARNING"
      waiting = {
        "Dead letters wait" = {
          metric       = "num_undelivered_messages"
          subscription = google_pubsub_subscription.pull["dead-letters"].name
          above        = var.alerts.dead_letters_count
        }
      }
    }

    messages-not-acknowledged = {
      severity = "ERROR"
      waiting = {
        for key, age in {
          features = var.alerts.features_age_seconds
          objects  = var.alerts.objects_age_seconds
          shards   = var.alerts.shards_age_seconds
        } :
        "A message of ${key} is older than ${age} s" => {
          metric       = "oldest_unacked_message_age"
          subscription = local.push_subscriptions[key]
          above        = age
        }
      }
    }

    job-stuck = {
      severity = "ERROR"
      waiting = {
        for key in ["objects", "shards"] :
        "A message of ${key} is older than ${var.alerts.job_age_seconds} s" => {
          metric       = "oldest_unacked_message_age"
          subscription = local.push_subscriptions[key]
          above        = var.alerts.job_age_seconds
        }
      }
    }

    # Three failures at least: of a handful of requests one is a large share.
    predictions-fail = {
      severity = "CRITICAL"
      queries = {
        "More than ${var.alerts.predict_error_ratio * 100} % of predict's answers are 5xx" = join(" ", [
          "${local._predict_failed} / ${local._predict_counts} > ${var.alerts.predict_error_ratio}",
          "and ${local._predict_failed} > 2",
        ])
      }
    }

    # A hundred requests at least: of fewer, the slowest one alone is the last hundredth.
    predictions-slow = {
      severity = "WARNING"
      queries = {
        "The slowest hundredth of predict's answers takes more than ${var.alerts.predict_latency_ms} ms" = join(" ", [
          "histogram_quantile(0.99, sum by (location, le) (rate(run_googleapis_com:request_latencies_bucket{${local._predict_series}}[10m]))) > ${var.alerts.predict_latency_ms}",
          "and ${local._predict_counts} >= 100",
        ])
      }
    }

    model-refresh-fails = {
      severity = "ERROR"
      lines = {
        "A model can't be served" = {
          events = ["MODEL_LOAD_FAILED", "MODEL_REFRESH_FAILED"]
          labels = { event = "event", code = "code" }
        }
      }
    }
  }
}

resource "google_monitoring_alert_policy" "main" {
  for_each = { for name, alert in local.alerts : name => alert if var.alerts.enabled && !contains(var.alerts.without, name) }

  project               = var.project_id
  display_name          = "${var.prefix}: ${local.runbook[each.key].title}"
  severity              = each.value.severity
  combiner              = "OR"
  notification_channels = var.notification_channels
  user_labels           = merge(local.labels, { alert = each.key })

  dynamic "conditions" {
    for_each = try(each.value.waiting, {})

    content {
      display_name = conditions.key

      condition_threshold {
        filter = join(" AND ", [
          "metric.type=\"pubsub.googleapis.com/subscription/${conditions.value.metric}\"",
          "resource.type=\"pubsub_subscription\"",
          "resource.labels.project_id=\"${var.project_id}\"",
          "resource.labels.subscription_id=\"${conditions.value.subscription}\"",
        ])
        comparison              = "COMPARISON_GT"
        threshold_value         = conditions.value.above
        duration                = "120s"
        evaluation_missing_data = "EVALUATION_MISSING_DATA_INACTIVE"

        aggregations {
          alignment_period   = "60s"
          per_series_aligner = "ALIGN_MAX"
        }
      }
    }
  }

  dynamic "conditions" {
    for_each = try(each.value.queries, {})

    content {
      display_name = conditions.key

      # A project that has never had a request knows no metrics of requests.
      condition_prometheus_query_language {
        query                     = conditions.value
        duration                  = "120s"
        evaluation_interval       = "60s"
        disable_metric_validation = true
      }
    }
  }

  dynamic "conditions" {
    for_each = try(each.value.lines, {})

    content {
      display_name = conditions.key

      condition_matched_log {
        filter = join(" AND ", [
          local.watched_logs,
          "jsonPayload.event=(${join(" OR ", [for event in conditions.value.events : "\"${event}\""])})",
        ])
        label_extractors = merge(
          { for label, field in conditions.value.labels : label => "EXTRACT(jsonPayload.${field})" },
          { function = "EXTRACT(resource.labels.service_name)" },
        )
      }
    }
  }

  alert_strategy {
    auto_close = "${var.alerts.auto_close_seconds}s"

    # Only conditions that match lines may have it, and they must.
    dynamic "notification_rate_limit" {
      for_each = try(each.value.lines, {})

      content {
        period = "3600s"
      }
    }
  }

  documentation {
    subject   = "${var.prefix} (${var.project_id}): ${local.runbook[each.key].title}"
    content   = local.alert_texts[each.key]
    mime_type = "text/markdown"

    dynamic "links" {
      for_each = local.alert_links[each.key]

      content {
        display_name = links.key
        url          = links.value
      }
    }
  }

  depends_on = [google_project_service.main]
}

locals {
  # Links between documents lead nowhere from a notification: their words are left.
  alert_texts = {
    for name in local.alert_names : name => replace(replace(replace(replace(replace(replace(replace(
      local.runbook[name].text,
      "/\\[([^]]+)\\]\\([a-z-]*(\\.md)?(#[a-z-]+)?\\)/", "$1"),
      "$PROJECT", var.project_id),
      "$REGION", var.region),
      "$PREFIX", var.prefix),
      "$BATCH", local.watched_functions.batch),
      "$OUTPUT_BUCKET", local.names.buckets.output),
    "$MODEL_URI", local.model_uri)
  }

  _alert_logs = replace(urlencode("${local.watched_logs} AND severity>=WARNING"), "+", "%20")

  # At most three, each of at most 2,083 characters.
  alert_links = {
    for name in local.alert_names : name => merge(
      { "Warnings and errors of the functions" = "https://console.cloud.google.com/logs/query;query=${local._alert_logs};duration=PT3H?project=${var.project_id}" },
      { for url in local.dashboard_urls : "Dashboard" => url },
      { for url in var.runbook_url[*] : "Runbook" => "${url}#${name}" },
    )
  }
}
