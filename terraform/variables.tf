variable "ack_deadline_seconds" {
  description = "Seconds that Pub/Sub waits for the answer to a pushed message before it sends it again: at least the timeout of the function that gets it."
  type        = number
  default     = 600
  nullable    = false

  validation {
    condition     = var.ack_deadline_seconds >= 10 && var.ack_deadline_seconds <= 600 && floor(var.ack_deadline_seconds) == var.ack_deadline_seconds
    error_message = "ack_deadline_seconds is ${var.ack_deadline_seconds}: set a whole number from 10 to 600."
  }
  validation {
    condition     = var.ack_deadline_seconds >= var.score.timeout_seconds
    error_message = "ack_deadline_seconds (${var.ack_deadline_seconds}) is less than score.timeout_seconds (${var.score.timeout_seconds}): messages would be sent again while they are still scored. Set score.timeout_seconds to ${var.ack_deadline_seconds} or less."
  }
  validation {
    condition     = !var.dedicated_batch || var.ack_deadline_seconds >= var.score_batch.timeout_seconds
    error_message = "ack_deadline_seconds (${var.ack_deadline_seconds}) is less than score_batch.timeout_seconds (${var.score_batch.timeout_seconds}): steps of jobs would be sent again while they are still scored. Set score_batch.timeout_seconds to ${var.ack_deadline_seconds} or less."
  }
}

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

variable "batch_max_delivery_attempts" {
  description = "Attempts to deliver a message of the topics objects and shards, before Pub/Sub moves it to dead-letters: 5 to 100."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.batch_max_delivery_attempts >= 5 && var.batch_max_delivery_attempts <= 100 && floor(var.batch_max_delivery_attempts) == var.batch_max_delivery_attempts
    error_message = "batch_max_delivery_attempts is ${var.batch_max_delivery_attempts}: set a whole number from 5 to 100, which is what Pub/Sub takes."
  }
}

variable "batch_max_error_ratio" {
  description = "A CSV object fails as a whole when more than this share of its rows fail, of its first 1,000 or of all: 0 to 1. Null: when its first 1,000 all fail."
  type        = number
  default     = null

  validation {
    condition     = var.batch_max_error_ratio == null ? true : var.batch_max_error_ratio >= 0 && var.batch_max_error_ratio <= 1
    error_message = "batch_max_error_ratio is ${coalesce(var.batch_max_error_ratio, 0)}: set a number from 0 to 1, or null for no limit."
  }
}

variable "bigquery_dataset_id" {
  description = "Name of the BigQuery dataset of the tables; null for the prefix, with _ for -. Set it where the name is taken in the project."
  type        = string
  default     = null

  validation {
    condition     = var.bigquery_dataset_id == null || can(regex("^[A-Za-z0-9_]+$", var.bigquery_dataset_id))
    error_message = "bigquery_dataset_id is ${jsonencode(var.bigquery_dataset_id)}: a dataset's name has letters, digits and _ only. Set one like \"scorestream\"."
  }
}

variable "bigquery_dead_letters" {
  description = "Whether each dead letter is also written to a BigQuery table dead_letters: its bytes and why it was not scored."
  type        = bool
  default     = false
  nullable    = false
}

variable "bigquery_location" {
  description = "Where the BigQuery dataset lies: a region, EU or US; null for region. With kms_key_name it is the key's region."
  type        = string
  default     = null

  validation {
    condition     = var.bigquery_location == null || var.kms_key_name == null || var.bigquery_location == var.region
    error_message = "bigquery_location is ${jsonencode(var.bigquery_location)}, the key of kms_key_name is one for ${var.region}: BigQuery takes keys of its own location only. Leave bigquery_location out."
  }
}

variable "bigquery_predictions" {
  description = "Whether each prediction of a message is also written to a BigQuery table predictions, a column for each field."
  type        = bool
  default     = false
  nullable    = false
}

variable "bigquery_retention_days" {
  description = "Days after which BigQuery deletes rows of the tables; null keeps them."
  type        = number
  default     = null

  validation {
    condition     = var.bigquery_retention_days == null || try(var.bigquery_retention_days >= 1 && floor(var.bigquery_retention_days) == var.bigquery_retention_days, false)
    error_message = "bigquery_retention_days is ${jsonencode(var.bigquery_retention_days)}: set whole days, 1 or more, or null to keep rows."
  }
}

variable "bucket_names" {
  description = "Names of the buckets, where they are not to be <project_id>-<prefix>-model, -source, -input and -output. Names are unique in the world: set one when an apply says that it is taken (409)."
  type = object({
    model  = optional(string)
    source = optional(string)
    input  = optional(string)
    output = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for name in values(var.bucket_names) :
      can(regex("^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$", name)) && !can(regex("^goog|google|g00gle", name)) if name != null
    ])
    error_message = "bucket_names: set names of 3 to 63 lower-case letters, digits, -, _ and ., which begin and end with a letter or a digit, don't begin with goog and don't hold google."
  }
  validation {
    condition     = length(compact(values(var.bucket_names))) == length(distinct(compact(values(var.bucket_names))))
    error_message = "bucket_names: set another name for each bucket; results in the input bucket would be scored as new input."
  }
}

variable "cors_origins" {
  description = "Origins whose pages may call predict from a browser, such as https://app.example.com; [\"*\"] for all."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for origin in var.cors_origins : can(regex("^(\\*|https?://[^/\\s,?#]+)$", origin))])
    error_message = "cors_origins: set origins such as https://app.example.com (scheme, host, port, no path), or *."
  }
}

variable "dashboard" {
  description = "Whether there is a dashboard of functions, streams, jobs and models."
  type        = bool
  default     = true
  nullable    = false
}

variable "dead_letter_archive" {
  description = "Whether dead letters are also written to Avro files in a bucket of their own."
  type        = bool
  default     = false
  nullable    = false
}

variable "dead_letter_archive_bucket_name" {
  description = "Name of the bucket for archived dead letters; null for <project_id>-<prefix>-archive. Set it where that name is taken."
  type        = string
  default     = null

  validation {
    condition     = var.dead_letter_archive_bucket_name == null || can(regex("^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$", var.dead_letter_archive_bucket_name))
    error_message = "dead_letter_archive_bucket_name is ${jsonencode(var.dead_letter_archive_bucket_name)}: a bucket's name has 3 to 63 lower-case letters, digits, - and _, and begins and ends with a letter or digit."
  }
}

variable "dead_letter_archive_days" {
  description = "Days after which archived dead letters are deleted; null keeps them."
  type        = number
  default     = null

  validation {
    condition     = var.dead_letter_archive_days == null || try(var.dead_letter_archive_days >= 1 && floor(var.dead_letter_archive_days) == var.dead_letter_archive_days, false)
    error_message = "dead_letter_archive_days is ${jsonencode(var.dead_letter_archive_days)}: set whole days, 1 or more, or null to keep files."
  }
}

variable "dead_letter_retention_seconds" {
  description = "Seconds that dead letters are kept for whoever pulls them: 600 to 2678400 (31 days)."
  type        = number
  default     = 2678400
  nullable    = false

  validation {
    condition     = var.dead_letter_retention_seconds >= 600 && var.dead_letter_retention_seconds <= 2678400
    error_message = "dead_letter_retention_seconds is ${var.dead_letter_retention_seconds}: set 600 (10 minutes) to 2678400 (31 days)."
  }
}

variable "dedicated_batch" {
  description = "Whether files are scored by a function of their own, score-batch, so that a big one never keeps the stream waiting. False: score does both."
  type        = bool
  default     = true
  nullable    = false
}

variable "domain" {
  description = "Domain of a global load balancer with a managed certificate in front of predict, such as predict.example.com; null for none. Needed for several regions and for rate_limit."
  type        = string
  default     = null

  validation {
    condition     = var.domain == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.domain))
    error_message = "domain is ${jsonencode(var.domain)}: set a full name in lower case without scheme, path or star, like \"predict.example.com\"."
  }

  validation {
    condition     = var.domain != null || length(var.regions) < 2
    error_message = "regions has ${length(var.regions)} entries and domain is null: a load balancer shares the requests among the regions. Set domain to the name that it answers to, like \"predict.example.com\"."
  }

  validation {
    condition     = var.domain == null || contains(var.invokers, "allUsers")
    error_message = "domain is set, and invokers doesn't have \"allUsers\": a token is good for the address of one function in one region, which callers of the domain don't know. Add \"allUsers\" to invokers: whoever reaches the domain may then call predict."
  }

  validation {
    condition     = var.domain == null || var.ingress == "ALLOW_INTERNAL_AND_GCLB"
    error_message = "domain is set, and ingress is ${jsonencode(var.ingress)}: predict could be called past the load balancer and its rate limit, or not through it. Set ingress to \"ALLOW_INTERNAL_AND_GCLB\"."
  }
}

variable "enable_apis" {
  description = "Whether the APIs that are needed are turned on in the project. False: somebody else has done it."
  type        = bool
  default     = true
  nullable    = false
}

variable "features_max_delivery_attempts" {
  description = "Attempts to deliver a message of the topic features, before Pub/Sub moves it to dead-letters: 5 to 100."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.features_max_delivery_attempts >= 5 && var.features_max_delivery_attempts <= 100 && floor(var.features_max_delivery_attempts) == var.features_max_delivery_attempts
    error_message = "features_max_delivery_attempts is ${var.features_max_delivery_attempts}: set a whole number from 5 to 100, which is what Pub/Sub takes."
  }
}

variable "force_destroy" {
  description = "Whether destroying removes buckets that still hold objects, with all of them. False protects models, inputs and results."
  type        = bool
  default     = false
  nullable    = false
}

variable "ingress" {
  description = "From where predict can be reached: ALLOW_ALL, ALLOW_INTERNAL_ONLY or ALLOW_INTERNAL_AND_GCLB (behind the load balancer). Who may call it is for invokers to say."
  type        = string
  default     = "ALLOW_ALL"
  nullable    = false

  validation {
    condition     = contains(["ALLOW_ALL", "ALLOW_INTERNAL_ONLY", "ALLOW_INTERNAL_AND_GCLB"], var.ingress)
    error_message = "ingress is ${var.ingress}: set ALLOW_ALL, ALLOW_INTERNAL_ONLY or ALLOW_INTERNAL_AND_GCLB."
  }
}

variable "input_prefix" {
  description = "Only objects of the input bucket whose names begin with this are scored, such as incoming/; empty for all."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([^/\\r\\n][^\\r\\n]*)?$", var.input_prefix))
    error_message = "input_prefix is \"${var.input_prefix}\": names of objects don't begin with /. Set a prefix such as incoming/, or nothing."
  }
}

variable "invokers" {
  description = "Who may call predict, such as group:data@example.com or serviceAccount:shop@project.iam.gserviceaccount.com; allUsers opens it to everybody. Nobody by default but those who may call every function of the project."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.invokers : can(regex("^(allUsers|allAuthenticatedUsers|(user|group|serviceAccount):[^\\s:@]+@[^\\s:@]+|domain:[^\\s:@]+|principal(Set)?://\\S+)$", member))])
    error_message = "invokers: set members such as user:ann@example.com, group:data@example.com, serviceAccount:shop@project.iam.gserviceaccount.com, domain:example.com, or allUsers."
  }
}

variable "kms_key_name" {
  description = "Key that everything stored is encrypted with: projects/PROJECT/locations/REGION/keyRings/RING/cryptoKeys/KEY, in the same region. Null for Google's own keys."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_name == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key_name))
    error_message = "kms_key_name is not the full name of a key: set projects/PROJECT/locations/REGION/keyRings/RING/cryptoKeys/KEY, without a version."
  }
}

variable "labels" {
  description = "Labels of everything that can have some, beside scorestream=<prefix>."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][a-z0-9_-]{0,62}$", key)) && can(regex("^[a-z0-9_-]{0,63}$", value))])
    error_message = "labels: set keys and values of at most 63 lower-case letters, digits, _ and -; a key begins with a letter."
  }
}

variable "log_level" {
  description = "Log lines below this severity are left out: DEBUG, INFO, WARNING or ERROR."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "log_level is ${var.log_level}: set DEBUG, INFO, WARNING or ERROR. Alerts and metrics read INFO lines: with WARNING and ERROR they see less."
  }
}

variable "maximum_backoff_seconds" {
  description = "The longest that Pub/Sub waits before it sends again what was not acknowledged, in seconds: 0 to 600."
  type        = number
  default     = 600
  nullable    = false

  validation {
    condition     = var.maximum_backoff_seconds >= 0 && var.maximum_backoff_seconds <= 600
    error_message = "maximum_backoff_seconds is ${var.maximum_backoff_seconds}: set 0 to 600."
  }
}

variable "message_ordering" {
  description = "Whether messages with an ordering key are scored in its order, and predictions keep the key. Changing it makes the subscriptions anew, which loses what waits in them."
  type        = bool
  default     = false
  nullable    = false
}

variable "message_retention_seconds" {
  description = "Seconds that messages wait which nobody has acknowledged: 600 to 2678400 (31 days). Parts of unfinished jobs are kept 30 days."
  type        = number
  default     = 604800
  nullable    = false

  validation {
    condition     = var.message_retention_seconds >= 600 && var.message_retention_seconds <= 2678400
    error_message = "message_retention_seconds is ${var.message_retention_seconds}: set 600 (10 minutes) to 2678400 (31 days)."
  }
}

variable "minimum_backoff_seconds" {
  description = "The least that Pub/Sub waits before it sends again what was not acknowledged, in seconds: 0 to 600."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.minimum_backoff_seconds >= 0 && var.minimum_backoff_seconds <= 600
    error_message = "minimum_backoff_seconds is ${var.minimum_backoff_seconds}: set 0 to 600."
  }
  validation {
    condition     = var.minimum_backoff_seconds <= var.maximum_backoff_seconds
    error_message = "minimum_backoff_seconds (${var.minimum_backoff_seconds}) is more than maximum_backoff_seconds (${var.maximum_backoff_seconds}): set it to ${var.maximum_backoff_seconds} or less."
  }
}

variable "model_max_bytes" {
  description = "A file of the model that has more bytes is refused before it is read."
  type        = number
  default     = 536870912
  nullable    = false

  validation {
    condition     = var.model_max_bytes >= 1 && floor(var.model_max_bytes) == var.model_max_bytes
    error_message = "model_max_bytes is ${var.model_max_bytes}: set a whole number from 1 on."
  }
}

variable "model_refresh_seconds" {
  description = "How often requests make a function look for another model at model_uri, in seconds: 0 (never) to 86400."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.model_refresh_seconds >= 0 && var.model_refresh_seconds <= 86400 && floor(var.model_refresh_seconds) == var.model_refresh_seconds
    error_message = "model_refresh_seconds is ${var.model_refresh_seconds}: set a whole number from 0 (never) to 86400."
  }
}

variable "model_uri" {
  description = "Folder of the model that is served, such as gs://<model bucket>/churn: the folder that `scorestream model publish` wrote to, in the model bucket. Null for the shipped model."
  type        = string
  default     = null

  validation {
    condition     = var.model_uri == null ? true : can(regex("^gs://[a-z0-9][a-z0-9._-]+[a-z0-9]/[^\\r\\n]*[^/\\r\\n]$", var.model_uri))
    error_message = "model_uri is not a folder of a bucket: set gs://bucket/path, without a slash at its end."
  }
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

variable "old_version_days" {
  description = "Days that versions of input files are kept after they were replaced or removed: a job goes on with the version it began with."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.old_version_days >= 1 && floor(var.old_version_days) == var.old_version_days
    error_message = "old_version_days is ${var.old_version_days}: set a whole number from 1 on."
  }
}

variable "predict" {
  description = "Size of predict: memory (512Mi to 32Gi; half of it is for JavaScript, the rest for the model), vCPUs, requests that an instance takes at once, instances, and the seconds that a request may take."
  type = object({
    memory          = optional(string, "1Gi")
    cpu             = optional(number, 1)
    concurrency     = optional(number, 80)
    min_instances   = optional(number, 0)
    max_instances   = optional(number, 100)
    timeout_seconds = optional(number, 60)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["512Mi", "1Gi", "2Gi", "4Gi", "8Gi", "16Gi", "32Gi"], var.predict.memory)
    error_message = "predict.memory is ${var.predict.memory}: set 512Mi, 1Gi, 2Gi, 4Gi, 8Gi, 16Gi or 32Gi."
  }
  validation {
    condition     = (var.predict.cpu >= 0.08 && var.predict.cpu < 1) || contains([1, 2, 4, 6, 8], var.predict.cpu)
    error_message = "predict.cpu is ${var.predict.cpu}: set 1, 2, 4, 6 or 8, or a fraction from 0.08 on."
  }
  validation {
    condition     = var.predict.cpu >= 1 || var.predict.concurrency == 1
    error_message = "predict.cpu is ${var.predict.cpu} and predict.concurrency ${var.predict.concurrency}: an instance with less than one vCPU takes one request at a time. Set cpu to 1 or more, or concurrency to 1."
  }
  validation {
    condition     = var.predict.concurrency >= 1 && var.predict.concurrency <= 1000 && floor(var.predict.concurrency) == var.predict.concurrency
    error_message = "predict.concurrency is ${var.predict.concurrency}: set a whole number from 1 to 1000."
  }
  validation {
    condition     = var.predict.max_instances >= 1 && var.predict.min_instances >= 0 && floor(var.predict.max_instances) == var.predict.max_instances && floor(var.predict.min_instances) == var.predict.min_instances
    error_message = "predict.min_instances is ${var.predict.min_instances} and predict.max_instances ${var.predict.max_instances}: set whole numbers, from 0 and from 1 on."
  }
  validation {
    condition     = var.predict.min_instances <= var.predict.max_instances
    error_message = "predict.min_instances (${var.predict.min_instances}) is more than predict.max_instances (${var.predict.max_instances}): set it to ${var.predict.max_instances} or less."
  }
  validation {
    condition     = var.predict.timeout_seconds >= 1 && var.predict.timeout_seconds <= 3600 && floor(var.predict.timeout_seconds) == var.predict.timeout_seconds
    error_message = "predict.timeout_seconds is ${var.predict.timeout_seconds}: set a whole number from 1 to 3600."
  }
}

variable "prefix" {
  description = "Begins the name of everything that is made, so that several deployments fit in one project."
  type        = string
  default     = "scorestream"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$", var.prefix))
    error_message = "prefix is \"${var.prefix}\": set 1 to 30 lower-case letters, digits and -, which begin with a letter and don't end with -."
  }
  validation {
    condition     = !can(regex("^goog|google|g00gle", var.prefix))
    error_message = "prefix is \"${var.prefix}\": Google keeps names that begin with goog, or hold google, for itself. Set another."
  }
}

variable "project_id" {
  description = "Project that everything is made in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id is \"${var.project_id}\": set the id of a project (not its name or number), as `gcloud projects list` shows it."
  }
}

variable "rate_limit" {
  description = "Requests that the load balancer takes from one address in an interval, by Cloud Armor, such as { requests = 600, interval_seconds = 60 }; more are answered 429. Null for no limit. Needs domain."
  type = object({
    requests         = number
    interval_seconds = optional(number, 60)
  })
  default = null

  validation {
    condition     = var.rate_limit == null || var.domain != null
    error_message = "rate_limit is set without domain: the limit is kept by the load balancer, which there is only with a domain. Set domain, or leave rate_limit out."
  }

  validation {
    condition     = var.rate_limit == null || try(var.rate_limit.requests >= 1 && var.rate_limit.requests <= 1000000 && floor(var.rate_limit.requests) == var.rate_limit.requests, false)
    error_message = "rate_limit.requests is ${try(var.rate_limit.requests, 0)}: set a whole number from 1 to 1000000."
  }

  validation {
    condition     = var.rate_limit == null || try(contains([10, 30, 60, 120, 180, 240, 300, 600, 900, 1200, 1800, 2700, 3600], var.rate_limit.interval_seconds), false)
    error_message = "rate_limit.interval_seconds is ${try(var.rate_limit.interval_seconds, 0)}: Cloud Armor knows 10, 30, 60, 120, 180, 240, 300, 600, 900, 1200, 1800, 2700 and 3600 seconds."
  }
}

variable "region" {
  description = "Region that everything is made in, such as europe-west1."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region is \"${var.region}\": set a region (not a zone or a continent) such as europe-west1 or southamerica-west1, as `gcloud run regions list` shows them."
  }
}

variable "regions" {
  description = "Regions that predict is deployed in, instead of region alone. Messages and files are scored in region: one subscription a region would score every message once a region."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for region in var.regions : can(regex("^[a-z]+-[a-z]+[0-9]+$", region))])
    error_message = "regions: set regions (no zones or continents) such as europe-west1, as `gcloud run regions list` shows them."
  }
  validation {
    condition     = length(var.regions) == length(distinct(var.regions))
    error_message = "regions: set each region once."
  }
}

variable "request_log_ratio" {
  description = "The share of requests that are logged, 0 to 1; those that are answered 5xx always are."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.request_log_ratio >= 0 && var.request_log_ratio <= 1
    error_message = "request_log_ratio is ${var.request_log_ratio}: set a number from 0 to 1."
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

variable "score" {
  description = "Size of score, which scores messages: memory (512Mi to 32Gi; half of it is for JavaScript, the rest for the model), vCPUs, messages that an instance takes at once, instances, and the seconds that a message may take (at most ack_deadline_seconds)."
  type = object({
    memory          = optional(string, "1Gi")
    cpu             = optional(number, 1)
    concurrency     = optional(number, 80)
    min_instances   = optional(number, 0)
    max_instances   = optional(number, 100)
    timeout_seconds = optional(number, 540)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["512Mi", "1Gi", "2Gi", "4Gi", "8Gi", "16Gi", "32Gi"], var.score.memory)
    error_message = "score.memory is ${var.score.memory}: set 512Mi, 1Gi, 2Gi, 4Gi, 8Gi, 16Gi or 32Gi."
  }
  validation {
    condition     = (var.score.cpu >= 0.08 && var.score.cpu < 1) || contains([1, 2, 4, 6, 8], var.score.cpu)
    error_message = "score.cpu is ${var.score.cpu}: set 1, 2, 4, 6 or 8, or a fraction from 0.08 on."
  }
  validation {
    condition     = var.score.cpu >= 1 || var.score.concurrency == 1
    error_message = "score.cpu is ${var.score.cpu} and score.concurrency ${var.score.concurrency}: an instance with less than one vCPU takes one message at a time. Set cpu to 1 or more, or concurrency to 1."
  }
  validation {
    condition     = var.score.concurrency >= 1 && var.score.concurrency <= 1000 && floor(var.score.concurrency) == var.score.concurrency
    error_message = "score.concurrency is ${var.score.concurrency}: set a whole number from 1 to 1000."
  }
  validation {
    condition     = var.score.max_instances >= 1 && var.score.min_instances >= 0 && floor(var.score.max_instances) == var.score.max_instances && floor(var.score.min_instances) == var.score.min_instances
    error_message = "score.min_instances is ${var.score.min_instances} and score.max_instances ${var.score.max_instances}: set whole numbers, from 0 and from 1 on."
  }
  validation {
    condition     = var.score.min_instances <= var.score.max_instances
    error_message = "score.min_instances (${var.score.min_instances}) is more than score.max_instances (${var.score.max_instances}): set it to ${var.score.max_instances} or less."
  }
  validation {
    condition     = var.score.timeout_seconds >= 60 && var.score.timeout_seconds <= 600 && floor(var.score.timeout_seconds) == var.score.timeout_seconds
    error_message = "score.timeout_seconds is ${var.score.timeout_seconds}: set a whole number from 60 to 600, which is the longest that Pub/Sub waits."
  }
}

variable "score_batch" {
  description = "Size of score-batch, which scores files: memory (512Mi to 32Gi; half of it is for JavaScript, the rest for the model), vCPUs, pieces that an instance takes at once, instances, and the seconds that a piece may take (at most ack_deadline_seconds)."
  type = object({
    memory          = optional(string, "1Gi")
    cpu             = optional(number, 1)
    concurrency     = optional(number, 2)
    min_instances   = optional(number, 0)
    max_instances   = optional(number, 100)
    timeout_seconds = optional(number, 540)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["512Mi", "1Gi", "2Gi", "4Gi", "8Gi", "16Gi", "32Gi"], var.score_batch.memory)
    error_message = "score_batch.memory is ${var.score_batch.memory}: set 512Mi, 1Gi, 2Gi, 4Gi, 8Gi, 16Gi or 32Gi."
  }
  validation {
    condition     = (var.score_batch.cpu >= 0.08 && var.score_batch.cpu < 1) || contains([1, 2, 4, 6, 8], var.score_batch.cpu)
    error_message = "score_batch.cpu is ${var.score_batch.cpu}: set 1, 2, 4, 6 or 8, or a fraction from 0.08 on."
  }
  validation {
    condition     = var.score_batch.cpu >= 1 || var.score_batch.concurrency == 1
    error_message = "score_batch.cpu is ${var.score_batch.cpu} and score_batch.concurrency ${var.score_batch.concurrency}: an instance with less than one vCPU takes one piece at a time. Set cpu to 1 or more, or concurrency to 1."
  }
  validation {
    condition     = var.score_batch.concurrency >= 1 && var.score_batch.concurrency <= 1000 && floor(var.score_batch.concurrency) == var.score_batch.concurrency
    error_message = "score_batch.concurrency is ${var.score_batch.concurrency}: set a whole number from 1 to 1000."
  }
  validation {
    condition     = var.score_batch.max_instances >= 1 && var.score_batch.min_instances >= 0 && floor(var.score_batch.max_instances) == var.score_batch.max_instances && floor(var.score_batch.min_instances) == var.score_batch.min_instances
    error_message = "score_batch.min_instances is ${var.score_batch.min_instances} and score_batch.max_instances ${var.score_batch.max_instances}: set whole numbers, from 0 and from 1 on."
  }
  validation {
    condition     = var.score_batch.min_instances <= var.score_batch.max_instances
    error_message = "score_batch.min_instances (${var.score_batch.min_instances}) is more than score_batch.max_instances (${var.score_batch.max_instances}): set it to ${var.score_batch.max_instances} or less."
  }
  validation {
    condition     = var.score_batch.timeout_seconds >= 60 && var.score_batch.timeout_seconds <= 600 && floor(var.score_batch.timeout_seconds) == var.score_batch.timeout_seconds
    error_message = "score_batch.timeout_seconds is ${var.score_batch.timeout_seconds}: set a whole number from 60 to 600, which is the longest that Pub/Sub waits."
  }
}

variable "shard_bytes" {
  description = "A CSV file of more bytes is scored in pieces of this size, side by side: 1048576 (1 MiB) to 1073741824 (1 GiB)."
  type        = number
  default     = 67108864
  nullable    = false

  validation {
    condition     = var.shard_bytes >= 1048576 && var.shard_bytes <= 1073741824 && floor(var.shard_bytes) == var.shard_bytes
    error_message = "shard_bytes is ${var.shard_bytes}: set a whole number from 1048576 (1 MiB) to 1073741824 (1 GiB)."
  }
}

variable "soft_delete_seconds" {
  description = "Seconds that removed objects of the model, source and input buckets can be brought back, and are billed: 0, or 604800 (7 days) to 7776000 (90 days). The output bucket has none: removed parts of jobs would be billed."
  type        = number
  default     = 604800
  nullable    = false

  validation {
    condition     = var.soft_delete_seconds == 0 || (var.soft_delete_seconds >= 604800 && var.soft_delete_seconds <= 7776000)
    error_message = "soft_delete_seconds is ${var.soft_delete_seconds}: set 0 for none, or 604800 (7 days) to 7776000 (90 days)."
  }
}

variable "source_archive" {
  description = "Archive of the functions' code, as `npm run package` makes it. Null for build/scorestream.zip of this repository."
  type        = string
  default     = null
}

variable "vpc_connector" {
  description = "Serverless VPC Access connector that the functions' traffic to private addresses takes: projects/PROJECT/locations/REGION/connectors/NAME. Null for none."
  type        = string
  default     = null

  validation {
    condition     = var.vpc_connector == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/connectors/[^/]+$", var.vpc_connector))
    error_message = "vpc_connector is not the full name of a connector: set projects/PROJECT/locations/REGION/connectors/NAME."
  }
  validation {
    condition     = var.vpc_connector == null || length(setunion([var.region], var.regions)) == 1
    error_message = "vpc_connector is of one region, and predict is deployed in others too: leave regions empty, or vpc_connector."
  }
}

variable "vpc_connector_egress" {
  description = "What goes through vpc_connector: PRIVATE_RANGES_ONLY or ALL_TRAFFIC."
  type        = string
  default     = "PRIVATE_RANGES_ONLY"
  nullable    = false

  validation {
    condition     = contains(["PRIVATE_RANGES_ONLY", "ALL_TRAFFIC"], var.vpc_connector_egress)
    error_message = "vpc_connector_egress is ${var.vpc_connector_egress}: set PRIVATE_RANGES_ONLY or ALL_TRAFFIC."
  }
}

variable "warm_up_schedule" {
  description = "When Cloud Scheduler calls predict so that an instance is at hand, as a cron line such as */5 7-19 * * 1-5; null for never. An instance that is always there costs more: see min_instances of predict."
  type        = string
  default     = null

  validation {
    condition     = var.warm_up_schedule == null || can(regex("^\\S+( \\S+){4}$", var.warm_up_schedule))
    error_message = "warm_up_schedule is ${jsonencode(var.warm_up_schedule)}: set the five fields of a cron line (minute, hour, day, month, weekday), like \"*/5 * * * *\"."
  }
}

variable "warm_up_time_zone" {
  description = "Time zone of warm_up_schedule, by its name in the tz database."
  type        = string
  default     = "Etc/UTC"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$", var.warm_up_time_zone))
    error_message = "warm_up_time_zone is ${jsonencode(var.warm_up_time_zone)}: set a name of the tz database, like \"America/Santiago\" or \"Etc/UTC\"."
  }
}
