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
