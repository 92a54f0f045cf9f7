variable "project_id" {
  description = "Project that everything is made in."
  type        = string
}

variable "region" {
  description = "Region that everything is made in, such as europe-west1."
  type        = string
}

variable "domain" {
  description = "Name that the load balancer answers to, such as predict.example.com."
  type        = string
}

module "scorestream" {
  source = "../.."

  project_id = var.project_id
  region     = var.region

  labels = { team = "scoring" }

  # Predictions in two regions, behind one domain, each address up to ten times a second.
  regions    = ["europe-west1", "us-central1"]
  domain     = var.domain
  rate_limit = { requests = 600, interval_seconds = 60 }
  invokers   = ["allUsers"]
  ingress    = "ALLOW_INTERNAL_AND_GCLB"

  warm_up_schedule  = "*/5 7-19 * * 1-5"
  warm_up_time_zone = "America/Santiago"

  # Messages in the order of their keys; predictions and dead letters in tables, and dead
  # letters in files as well.
  message_ordering         = true
  bigquery_predictions     = true
  bigquery_dead_letters    = true
  bigquery_retention_days  = 400
  dead_letter_archive      = true
  dead_letter_archive_days = 400
}

output "ip" {
  description = "What the A record of the domain must name."
  value       = module.scorestream.load_balancer_ip
}

output "tables" {
  description = "The tables by topic."
  value       = module.scorestream.bigquery_tables
}
