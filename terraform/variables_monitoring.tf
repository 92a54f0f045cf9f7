variable "alerts" {
  description = "What alerts fire at, and which there are: docs/runbook.md tells each. They need no notification channel: incidents stand in the console."
  type = object({
    enabled              = optional(bool, true)
    without              = optional(set(string), [])
    dead_letters_count   = optional(number, 0)
    features_age_seconds = optional(number, 600)
    objects_age_seconds  = optional(number, 3600)
    shards_age_seconds   = optional(number, 3600)
    job_age_seconds      = optional(number, 14400)
    predict_error_ratio  = optional(number, 0.05)
    predict_latency_ms   = optional(number, 1000)
    auto_close_seconds   = optional(number, 1800)
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(setsubtract(var.alerts.without, local.alert_names)) == 0
    error_message = "alerts.without names what is no alert: ${join(", ", setsubtract(var.alerts.without, local.alert_names))}. Set some of ${join(", ", local.alert_names)}."
  }
  validation {
    condition     = var.alerts.dead_letters_count >= 0 && floor(var.alerts.dead_letters_count) == var.alerts.dead_letters_count
    error_message = "alerts.dead_letters_count is ${var.alerts.dead_letters_count}: set a whole number from 0 on, which is how many dead letters may wait without an alert."
  }
  validation {
    condition = alltrue([
      for seconds in [
        var.alerts.features_age_seconds,
        var.alerts.objects_age_seconds,
        var.alerts.shards_age_seconds,
        var.alerts.job_age_seconds,
      ] : seconds >= 60 && seconds < var.message_retention_seconds
    ])
    error_message = "alerts: an age (features_age_seconds, objects_age_seconds, shards_age_seconds, job_age_seconds) is no number of seconds from 60 up to message_retention_seconds (${var.message_retention_seconds}), after which Pub/Sub drops what waits: set less."
  }
  validation {
    condition     = var.alerts.job_age_seconds >= max(var.alerts.objects_age_seconds, var.alerts.shards_age_seconds)
    error_message = "alerts.job_age_seconds (${var.alerts.job_age_seconds}) is less than objects_age_seconds or shards_age_seconds (${max(var.alerts.objects_age_seconds, var.alerts.shards_age_seconds)}): a job counts as stuck after messages count as late. Set it to ${max(var.alerts.objects_age_seconds, var.alerts.shards_age_seconds)} or more."
  }
  validation {
    condition     = var.alerts.predict_error_ratio > 0 && var.alerts.predict_error_ratio < 1
    error_message = "alerts.predict_error_ratio is ${var.alerts.predict_error_ratio}: set a share of requests between 0 and 1, such as 0.05, or leave the alert out with without = [\"predictions-fail\"]."
  }
  validation {
    condition     = var.alerts.predict_latency_ms > 0
    error_message = "alerts.predict_latency_ms is ${var.alerts.predict_latency_ms}: set milliseconds, such as 1000, or leave the alert out with without = [\"predictions-slow\"]."
  }
  validation {
    condition     = var.alerts.auto_close_seconds >= 1800 && var.alerts.auto_close_seconds <= 604800
    error_message = "alerts.auto_close_seconds is ${var.alerts.auto_close_seconds}: set 1800 (30 minutes) to 604800 (7 days), which is what Cloud Monitoring takes."
  }
}

variable "dashboard" {
  description = "Whether there is a dashboard of functions, streams, jobs and models."
  type        = bool
  default     = true
  nullable    = false
}

variable "notification_channels" {
  description = "Who is told of alerts: full names of notification channels, projects/PROJECT/notificationChannels/NUMBER, as `gcloud beta monitoring channels list` shows them."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for channel in var.notification_channels : can(regex("^projects/[^/]+/notificationChannels/[^/]+$", channel))])
    error_message = "notification_channels: set full names such as projects/my-project/notificationChannels/1234567890, as `gcloud beta monitoring channels list` shows them."
  }
}

variable "runbook_url" {
  description = "Address at which docs/runbook.md can be read, such as https://github.com/ORGANISATION/scorestream/blob/main/docs/runbook.md: each alert links to its part. Null: the alert holds the text of its part alone."
  type        = string
  default     = null

  validation {
    condition     = var.runbook_url == null ? true : can(regex("^https://[^\\s#?]+$", var.runbook_url))
    error_message = "runbook_url is no address of a page: set one that begins with https://, without # or ?."
  }
}
