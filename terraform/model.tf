# The models. No rule here removes anything: any version that was ever published can be gone back to.

resource "google_storage_bucket" "model" {
  project                     = var.project_id
  name                        = local.names.buckets.model
  location                    = var.region
  labels                      = local.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.force_destroy

  versioning {
    enabled = true
  }

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

resource "google_storage_bucket_iam_member" "model_readers" {
  for_each = toset(concat(["predict", "score"], var.dedicated_batch ? ["score-batch"] : []))

  bucket = google_storage_bucket.model.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.main[each.value].member
}

locals {
  shipped_dir      = "${path.module}/../model-files/flight-delay"
  shipped_folder   = "shipped/flight-delay"
  shipped_manifest = jsondecode(file("${local.shipped_dir}/manifest.json"))

  # Named by their contents, as `scorestream model publish` names them: model.onnx is model-fee751bcccf6.onnx.
  shipped_files = {
    for key in ["model", "golden"] : key => {
      source = "${local.shipped_dir}/${local.shipped_manifest[key].file}"
      sha256 = local.shipped_manifest[key].sha256
      file   = local.shipped_manifest[key].file
      name   = replace(local.shipped_manifest[key].file, "/(\\.[^.]*)$/", "-${substr(local.shipped_manifest[key].sha256, 0, 12)}$1")
    }
  }

  # The same bytes but for those names, so it has the digest that `scorestream model publish` would give it.
  shipped_manifest_content = replace(
    replace(
      file("${local.shipped_dir}/manifest.json"),
      jsonencode(local.shipped_files.model.file), jsonencode(local.shipped_files.model.name)
    ),
    jsonencode(local.shipped_files.golden.file), jsonencode(local.shipped_files.golden.name)
  )

  model_uri = var.model_uri != null ? var.model_uri : "gs://${google_storage_bucket.model.name}/${local.shipped_folder}"
}

# The shipped model is put there once, and never again changed from here: whoever publishes another in its folder
# doesn't find it reverted by the next apply.
resource "google_storage_bucket_object" "shipped_files" {
  for_each = local.shipped_files

  bucket       = google_storage_bucket.model.name
  name         = "${local.shipped_folder}/${each.value.name}"
  source       = each.value.source
  content_type = endswith(each.value.name, ".json") ? "application/json" : "application/octet-stream"

  lifecycle {
    ignore_changes = [name, source, source_md5hash, detect_md5hash, content_type, metadata]

    precondition {
      condition     = filesha256(each.value.source) == each.value.sha256
      error_message = "${each.value.source} is not the file that its manifest pins: check the repository out again."
    }
  }
}

resource "google_storage_bucket_object" "shipped_manifest" {
  bucket       = google_storage_bucket.model.name
  name         = "${local.shipped_folder}/manifest.json"
  content      = local.shipped_manifest_content
  content_type = "application/json"

  lifecycle {
    ignore_changes = [content, source_md5hash, detect_md5hash, content_type, metadata]
  }

  depends_on = [google_storage_bucket_object.shipped_files] # a manifest comes after what it names
}
