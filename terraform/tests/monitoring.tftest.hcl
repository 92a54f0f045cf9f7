# Alerts: which there are, and what they fire at.

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
