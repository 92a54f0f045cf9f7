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

  regions = ["europe-west1", "us-central1"]
  domain  = var.domain

  # Whoever reaches the domain may ask for predictions; past the load balancer nobody can.
  invokers = ["allUsers"]
  ingress  = "ALLOW_INTERNAL_AND_GCLB"
}

output "ip" {
  description = "What the A record of the domain must name."
  value       = module.scorestream.load_balancer_ip
}
