# Settings of monitoring: on and off, and what is refused.

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

run "no_alerts" {
  command = plan

  variables {
    alerts = { enabled = false }
  }

  assert {
    condition     = length(google_monitoring_alert_policy.main) == 0 && length(google_monitoring_dashboard.main) == 1
    error_message = "Without alerts there is the dashboard still."
  }
}

run "some_alerts" {
  command = plan

  variables {
    alerts = { without = ["predictions-slow", "job-stuck"] }
  }

  assert {
    condition     = toset(keys(google_monitoring_alert_policy.main)) == setsubtract(local.alert_names, ["predictions-slow", "job-stuck"])
    error_message = "Alerts can be left out one by one."
  }
}

run "no_dashboard" {
  command = apply

  variables {
    dashboard   = false
    runbook_url = "https://example.com/runbook"
  }

  assert {
    condition     = length(google_monitoring_dashboard.main) == 0 && output.dashboard_url == null
    error_message = "There is no dashboard."
  }

  assert {
    condition = alltrue([
      for name, alert in google_monitoring_alert_policy.main :
      sort([for link in alert.documentation[0].links : link.display_name]) == tolist(["Runbook", "Warnings and errors of the functions"]) &&
      contains([for link in alert.documentation[0].links : link.url], "https://example.com/runbook#${name}")
    ])
    error_message = "Alerts link to their part of the runbook, and to no dashboard."
  }
}

run "settings" {
  command = plan

  variables {
    prefix                = "a-prefix-of-thirty-characters0"
    notification_channels = ["projects/test-project/notificationChannels/1"]
    labels                = { team = "data" }
    alerts = {
      dead_letters_count   = 10
      features_age_seconds = 60
      job_age_seconds      = 7200
      predict_error_ratio  = 0.01
      predict_latency_ms   = 250
      auto_close_seconds   = 3600
    }
  }

  assert {
    condition = alltrue([
      for alert in google_monitoring_alert_policy.main :
      alert.notification_channels == tolist(["projects/test-project/notificationChannels/1"]) &&
      startswith(alert.display_name, "a-prefix-of-thirty-characters0: ") &&
      alert.user_labels.team == "data" &&
      alert.alert_strategy[0].auto_close == "3600s"
    ])
    error_message = "Channels, prefix, labels and closing are those that were set."
  }

  assert {
    condition = (
      google_monitoring_alert_policy.main["dead-letters-waiting"].conditions[0].condition_threshold[0].threshold_value == 10 &&
      contains([for condition in google_monitoring_alert_policy.main["messages-not-acknowledged"].conditions : condition.condition_threshold[0].threshold_value], 60) &&
      alltrue([for condition in google_monitoring_alert_policy.main["job-stuck"].conditions : condition.condition_threshold[0].threshold_value == 7200]) &&
      strcontains(google_monitoring_alert_policy.main["predictions-fail"].conditions[0].condition_prometheus_query_language[0].query, "> 0.01 and ") &&
      strcontains(google_monitoring_alert_policy.main["predictions-slow"].conditions[0].condition_prometheus_query_language[0].query, "> 250 and ")
    )
    error_message = "Alerts fire at what was set."
  }

  assert {
    condition     = alltrue([for alert in google_monitoring_alert_policy.main : length(alert.documentation[0].content) <= 8192 && length(alert.documentation[0].subject) <= 255])
    error_message = "Texts fit with the longest prefix."
  }

  assert {
    condition     = alltrue([for series in values(local.log_metric_series) : can(regex("^logging_googleapis_com:user_a_prefix_of_thirty_characters0_[a-z0-9_]+$", series))])
    error_message = "Series of log-based metrics are named as PromQL has them."
  }
}

run "folded_batch" {
  command = plan

  variables {
    dedicated_batch = false
  }

  assert {
    condition = (
      !strcontains(google_monitoring_dashboard.main[0].dashboard_json, "score-batch") &&
      !strcontains(join("\n", [for metric in google_logging_metric.main : metric.filter]), "score-batch") &&
      !strcontains(google_monitoring_alert_policy.main["model-refresh-fails"].conditions[0].condition_matched_log[0].filter, "score-batch") &&
      !strcontains(join("\n", values(local.alert_texts)), "scorestream-score-batch")
    )
    error_message = "Nothing is watched of a function that there is not."
  }
}

run "refuses_an_unknown_alert" {
  command = plan

  variables {
    alerts = { without = ["predictions-sloww"] }
  }

  expect_failures = [var.alerts]
}

run "refuses_half_a_letter" {
  command = plan

  variables {
    alerts = { dead_letters_count = 0.5 }
  }

  expect_failures = [var.alerts]
}

run "refuses_an_age_beyond_retention" {
  command = plan

  variables {
    message_retention_seconds = 3600
  }

  expect_failures = [var.alerts]
}

run "refuses_jobs_that_are_stuck_before_they_are_late" {
  command = plan

  variables {
    alerts = { job_age_seconds = 600 }
  }

  expect_failures = [var.alerts]
}

run "refuses_a_percentage" {
  command = plan

  variables {
    alerts = { predict_error_ratio = 5 }
  }

  expect_failures = [var.alerts]
}

run "refuses_no_time_at_all" {
  command = plan

  variables {
    alerts = { predict_latency_ms = 0 }
  }

  expect_failures = [var.alerts]
}

run "refuses_to_close_at_once" {
  command = plan

  variables {
    alerts = { auto_close_seconds = 60 }
  }

  expect_failures = [var.alerts]
}

run "refuses_an_address_for_a_channel" {
  command = plan

  variables {
    notification_channels = ["ann@example.com"]
  }

  expect_failures = [var.notification_channels]
}

run "refuses_a_path_for_the_runbook" {
  command = plan

  variables {
    runbook_url = "docs/runbook.md"
  }

  expect_failures = [var.runbook_url]
}
