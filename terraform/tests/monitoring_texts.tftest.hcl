# What alerts say, what the dashboard shows, and what is counted of log lines.

mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
}

variables {
  project_id     = "test-project"
  region         = "europe-west1"
  source_archive = "./README.md"
}

run "documentation" {
  command = apply

  assert {
    condition     = alltrue([for alert in google_monitoring_alert_policy.main : length(alert.documentation[0].content) > 500 && length(alert.documentation[0].content) <= 8192])
    error_message = "Each alert says what to do, in what Cloud Monitoring takes of text."
  }

  assert {
    condition     = alltrue([for alert in google_monitoring_alert_policy.main : !can(regex("\\$[A-Z]|\\]\\(", alert.documentation[0].content))])
    error_message = "No variable and no link between documents is left in an alert's text."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.main["dead-letters-waiting"].documentation[0].content, "projects/test-project/subscriptions/${google_pubsub_subscription.pull["dead-letters"].name}")
    error_message = "Commands name the subscription of this deployment."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.main["job-stuck"].documentation[0].content, "OUTPUT_URI=gs://${google_storage_bucket.output.name} OBJECTS_TOPIC=${"projects/test-project/topics/${google_pubsub_topic.main["objects"].name}"} npx scorestream jobs resume")
    error_message = "Commands name the bucket and the topic of this deployment."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.main["model-refresh-fails"].documentation[0].content, "model rollback ${local.model_uri}")
    error_message = "Commands name the model of this deployment."
  }

  assert {
    condition = alltrue(flatten([
      for alert in google_monitoring_alert_policy.main : [
        length(alert.documentation[0].links) == 2,
        [for link in alert.documentation[0].links : length(link.url) <= 2083 && can(regex("^https://[^\\s\"<>]+\\?project=test-project$", link.url))],
      ]
    ]))
    error_message = "Each alert links to the dashboard and to the functions' lines."
  }

  assert {
    condition     = alltrue([for alert in google_monitoring_alert_policy.main : length(alert.documentation[0].subject) <= 255])
    error_message = "Subjects of notifications are short enough."
  }
}

run "dashboard" {
  command = plan

  assert {
    condition     = length(jsondecode(google_monitoring_dashboard.main[0].dashboard_json).mosaicLayout.tiles) <= 50
    error_message = "Cloud Monitoring takes 50 widgets."
  }

  assert {
    condition = alltrue([
      for name in ["scorestream-predict", "scorestream-score", "scorestream-score-batch", "scorestream-features", "scorestream-predictions", "scorestream-dead-letters", "scorestream-objects", "scorestream-shards"] :
      strcontains(google_monitoring_dashboard.main[0].dashboard_json, name)
    ])
    error_message = "All functions and topics are shown."
  }

  assert {
    condition = alltrue([
      for series in values(local.log_metric_series) : strcontains(google_monitoring_dashboard.main[0].dashboard_json, series)
    ])
    error_message = "All log-based metrics are shown."
  }

  assert {
    condition = alltrue([
      for tile in jsondecode(google_monitoring_dashboard.main[0].dashboard_json).mosaicLayout.tiles :
      try(tile.xPos, 0) + tile.width <= 48 && floor(tile.width) == tile.width && length(keys(tile.widget)) >= 1 && try(tile.xPos, 1) != 0 && try(tile.yPos, 1) != 0
    ])
    error_message = "Tiles are whole columns of the 48 that there are."
  }

  assert {
    condition = length(distinct([
      for tile in jsondecode(google_monitoring_dashboard.main[0].dashboard_json).mosaicLayout.tiles : "${try(tile.xPos, 0)} ${try(tile.yPos, 0)}"
    ])) == length(jsondecode(google_monitoring_dashboard.main[0].dashboard_json).mosaicLayout.tiles)
    error_message = "No tile lies on another."
  }
}

run "log_metrics" {
  command = plan

  assert {
    condition     = alltrue([for key, metric in google_logging_metric.main : metric.name == "scorestream/${key}" && length(metric.name) <= 100])
    error_message = "Names of log-based metrics carry the prefix."
  }

  assert {
    condition = alltrue([
      for metric in google_logging_metric.main :
      metric.metric_descriptor[0].metric_kind == "DELTA" &&
      metric.metric_descriptor[0].value_type == (metric.value_extractor == null ? "INT64" : "DISTRIBUTION") &&
      length(metric.bucket_options) == (metric.value_extractor == null ? 0 : 1)
    ])
    error_message = "Fields are added up as distributions, lines are counted."
  }

  assert {
    condition = alltrue([
      for metric in google_logging_metric.main :
      join(" ", sort(keys(metric.label_extractors))) == join(" ", sort([for label in metric.metric_descriptor[0].labels : label.key]))
    ])
    error_message = "Each label has what it is taken from."
  }
}
