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
}

output "commands" {
  description = "Commands to paste: one for each of the three doors, and for what comes out of them."
  value       = module.scorestream.commands
}
