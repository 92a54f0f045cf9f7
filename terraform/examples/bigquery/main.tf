variable "project_id" {
  description = "Project that everything is made in."
  type        = string
}

variable "region" {
  description = "Region that everything is made in, such as europe-west1."
  type        = string
}

module "scorestream" {
  source = "../.."

  project_id = var.project_id
  region     = var.region

  bigquery_predictions  = true
  bigquery_dead_letters = true
}

output "tables" {
  description = "The tables by topic."
  value       = module.scorestream.bigquery_tables
}
