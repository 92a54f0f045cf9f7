# The code of the functions, and where their images go.

resource "google_storage_bucket" "source" {
  project                     = var.project_id
  name                        = local.names.buckets.source
  location                    = var.region
  labels                      = local.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.force_destroy

  soft_delete_policy {
    retention_duration_seconds = var.soft_delete_seconds
  }

  dynamic "encryption" {
    for_each = var.kms_key_name == null ? [] : [var.kms_key_name]
    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [google_project_service.main, google_kms_crypto_key_iam_member.agents]
}

# Another content has another name: that is how Terraform sees that there is something to deploy.
resource "google_storage_bucket_object" "source" {
  bucket       = google_storage_bucket.source.name
  name         = "scorestream-${local.source_hash}.zip"
  source       = local.source_archive
  content_type = "application/zip"

  lifecycle {
    precondition {
      condition     = fileexists(local.source_archive)
      error_message = "There is no archive of the functions' code at ${local.source_archive}: run `npm run package` first, or set source_archive."
    }
  }
}

locals {
  # A configuration that uses this module can be validated before there is an archive.
  source_hash = fileexists(local.source_archive) ? substr(filesha256(local.source_archive), 0, 16) : "missing"
}

resource "google_storage_bucket_iam_member" "source_build" {
  bucket = google_storage_bucket.source.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.main["build"].member
}

# A function's image is kept in its own region.
resource "google_artifact_registry_repository" "main" {
  for_each = setunion([var.region], local.predict_regions)

  project       = var.project_id
  location      = each.value
  repository_id = local.names.repository
  description   = "Images of the functions of ${var.prefix}."
  format        = "DOCKER"
  kms_key_name  = var.kms_key_name
  labels        = local.labels

  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = 5
    }
  }
  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"
    condition {
      tag_state  = "ANY"
      older_than = "2592000s"
    }
  }

  depends_on = [google_project_service.main, google_kms_crypto_key_iam_member.agents]
}

resource "google_artifact_registry_repository_iam_member" "build" {
  for_each = google_artifact_registry_repository.main

  project    = var.project_id
  location   = each.value.location
  repository = each.value.repository_id
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.main["build"].member
}
