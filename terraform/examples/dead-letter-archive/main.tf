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

  dead_letter_archive      = true
  dead_letter_archive_days = 365
}

output "bucket" {
  description = "The bucket with archived dead letters."
  value       = module.scorestream.dead_letter_archive_bucket
}
