# The bucket that states lie in, made once, with a state on the machine that makes it.
terraform {
  required_version = ">= 1.9, < 2"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.50, < 8.0"
    }
  }
}

variable "project_id" {
  description = "Project that the bucket is made in."
  type        = string
}

variable "region" {
  description = "Region that the bucket lies in, such as europe-west1."
  type        = string
}

resource "google_storage_bucket" "state" {
  project                     = var.project_id
  name                        = "${var.project_id}-terraform-state"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  # A state that was lost or broken can be taken back.
  versioning {
    enabled = true
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      num_newer_versions = 50
      with_state         = "ARCHIVED"
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

output "init" {
  description = "What to run in the folder of the deployment."
  value       = "terraform init -backend-config=bucket=${google_storage_bucket.state.name} -backend-config=prefix=scorestream"
}
