variable "project_id" {
  description = "Project that everything is made in."
  type        = string
}

variable "region" {
  description = "Region that everything is made in, such as europe-west1."
  type        = string
}

variable "kms_key_name" {
  description = "Key in the same region: projects/PROJECT/locations/REGION/keyRings/RING/cryptoKeys/KEY."
  type        = string
}

module "scorestream" {
  source = "../.."

  project_id = var.project_id
  region     = var.region

  kms_key_name = var.kms_key_name
}
