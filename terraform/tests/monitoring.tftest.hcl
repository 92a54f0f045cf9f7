# Alerts, log-based metrics and the dashboard. Plans alone, but where a link needs a dashboard's id.

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

run "defaults" {
  command = plan

  assert {
    condition     = toset(keys(google_monitoring_alert_policy.main)) == toset(local.alert_names)
    error_message = "All alerts are there by default."
  }

  assert {
    condition     = alltrue([for alert in google_monitoring_alert_policy.main : length(alert.notification_channels) == 0])
    error_message = "No alert needs a notification channel."
  }

  assert {
    condition     = alltrue([for alert in google_monitoring_alert_policy.main : startswith(alert.display_name, "scorestream: ")])
    error_message = "Names of alerts carry the prefix."
  }

  assert {
    condition     = alltrue([for alert in google_monitoring_alert_policy.main : contains(["CRITICAL", "ERROR", "WARNING"], alert.severity)])
    error_message = "Each alert has a severity that Cloud Monitoring knows."
  }

  assert {
    condition     = alltrue([for name, alert in google_monitoring_alert_policy.main : alert.user_labels.alert == name && alert.user_labels.scorestream == "scorestream"])
    error_message = "Alerts are labelled with the deployment and their name."
  }

  assert {
    condition     = alltrue([for alert in google_monitoring_alert_policy.main : alert.alert_strategy[0].auto_close == "1800s"])
    error_message = "Incidents close when nothing is heard of them for half an hour."
  }

  assert {
    condition     = alltrue([for alert in google_monitoring_alert_policy.main : length(alert.conditions) >= 1 && length(alert.conditions) <= 6 && alert.combiner == "OR"])
    error_message = "Cloud Monitoring takes one to six conditions an alert; each fires it."
  }
}

# What is made in the first apply is unknown to Cloud Monitoring for minutes.
run "first_apply" {
  command = plan

  assert {
    condition = !can(regex("logging\\.googleapis\\.com|logging_googleapis_com", join("\n", flatten([
      for alert in google_monitoring_alert_policy.main : [
        for condition in alert.conditions : [
          condition.condition_threshold[*].filter,
          condition.condition_matched_log[*].filter,
          condition.condition_prometheus_query_language[*].query,
        ]
      ]
    ]))))
    error_message = "No condition of an alert names a log-based metric."
  }

  assert {
    condition = alltrue(flatten([
      for alert in google_monitoring_alert_policy.main : [
        for condition in alert.conditions : [
          for query in condition.condition_prometheus_query_language : query.disable_metric_validation
        ]
      ]
    ]))
    error_message = "Conditions in PromQL may name metrics that nothing was ever written to."
  }

  assert {
    condition = alltrue(flatten([
      for alert in google_monitoring_alert_policy.main : [
        for condition in alert.conditions : [
          for threshold in condition.condition_threshold :
          startswith(threshold.filter, "metric.type=\"pubsub.googleapis.com/subscription/") &&
          strcontains(threshold.filter, "resource.type=\"pubsub_subscription\"") &&
          strcontains(threshold.filter, "resource.labels.project_id=\"test-project\"")
        ]
      ]
    ]))
    error_message = "Thresholds are on Google's own metrics, of this project's subscriptions."
  }
}

run "conditions" {
  command = plan

  assert {
    condition = (
      strcontains(google_monitoring_alert_policy.main["dead-letters-waiting"].conditions[0].condition_threshold[0].filter, "num_undelivered_messages") &&
      strcontains(google_monitoring_alert_policy.main["dead-letters-waiting"].conditions[0].condition_threshold[0].filter, "subscription_id=\"${google_pubsub_subscription.pull["dead-letters"].name}\"") &&
      google_monitoring_alert_policy.main["dead-letters-waiting"].conditions[0].condition_threshold[0].threshold_value == 0
    )
    error_message = "One dead letter that waits on its subscription fires."
  }

  assert {
    condition = {
      for condition in google_monitoring_alert_policy.main["messages-not-acknowledged"].conditions :
      regex("subscription_id=\"([^\"]+)\"", condition.condition_threshold[0].filter)[0] => condition.condition_threshold[0].threshold_value
      } == {
      (module.push["features"].subscription_name) = 600
      (module.push["objects"].subscription_name)  = 3600
      (module.push["shards"].subscription_name)   = 3600
    }
    error_message = "The oldest message of each push subscription is watched, each with its own age."
  }

  assert {
    condition = alltrue([
      for condition in concat(
        google_monitoring_alert_policy.main["messages-not-acknowledged"].conditions,
        google_monitoring_alert_policy.main["job-stuck"].conditions,
      ) : strcontains(condition.condition_threshold[0].filter, "oldest_unacked_message_age")
    ])
    error_message = "Late messages and stuck jobs are told by the age of the oldest message."
  }

  assert {
    condition = {
      for condition in google_monitoring_alert_policy.main["job-stuck"].conditions :
      regex("subscription_id=\"([^\"]+)\"", condition.condition_threshold[0].filter)[0] => condition.condition_threshold[0].threshold_value
      } == {
      (module.push["objects"].subscription_name) = 14400
      (module.push["shards"].subscription_name)  = 14400
    }
    error_message = "A job is stuck when a message of objects or shards is four hours old."
  }

  assert {
    condition = alltrue([
      for name in ["predictions-fail", "predictions-slow"] :
      toset(flatten(regexall("service_name=\"([^\"]+)\"", google_monitoring_alert_policy.main[name].conditions[0].condition_prometheus_query_language[0].query))) == toset(["scorestream-predict"])
    ])
    error_message = "Answers are watched of predict alone: deliveries that fail are late messages."
  }

  assert {
    condition = (
      strcontains(google_monitoring_alert_policy.main["predictions-fail"].conditions[0].condition_prometheus_query_language[0].query, "> 0.05 and ") &&
      strcontains(google_monitoring_alert_policy.main["predictions-slow"].conditions[0].condition_prometheus_query_language[0].query, "> 1000 and ")
    )
    error_message = "5 % of answers, and a second for the slowest hundredth, are too much."
  }

  assert {
    condition = (
      length(google_monitoring_alert_policy.main["model-refresh-fails"].conditions) == 1 &&
      length(google_monitoring_alert_policy.main["model-refresh-fails"].alert_strategy[0].notification_rate_limit) == 1
    )
    error_message = "A condition that matches lines stands alone, and has a limit of notifications."
  }

  assert {
    condition = alltrue([
      for name in ["scorestream-predict", "scorestream-score", "scorestream-score-batch"] :
      strcontains(google_monitoring_alert_policy.main["model-refresh-fails"].conditions[0].condition_matched_log[0].filter, "\"${name}\"")
    ])
    error_message = "Models are watched in all functions."
  }

  assert {
    condition = alltrue([
      for name, alert in google_monitoring_alert_policy.main :
      length(alert.alert_strategy[0].notification_rate_limit) == 0 if name != "model-refresh-fails"
    ])
    error_message = "Only conditions that match lines may have a limit of notifications."
  }
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
