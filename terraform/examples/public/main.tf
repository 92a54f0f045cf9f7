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

  invokers = ["allUsers"]
}

output "predict_url" {
  description = "URL that anybody can ask for predictions."
  value       = module.scorestream.predict_url
}
