# The prediction function: HTTP in, predictions out.

resource "google_cloudfunctions2_function" "predict" {
  for_each = local.predict_regions

  project      = var.project_id
  name         = local.names.predict
  location     = each.value
  description  = "Answers predictions over HTTP."
  labels       = local.labels
  kms_key_name = var.kms_key_name

  build_config {
    runtime               = local.runtime
    entry_point           = "predict"
    environment_variables = local.build_environment
    docker_repository     = google_artifact_registry_repository.main[each.value].id
    service_account       = google_service_account.main["build"].id

    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.source.name
      }
    }
  }

  service_config {
    available_memory                 = var.predict.memory
    available_cpu                    = tostring(var.predict.cpu)
    max_instance_request_concurrency = var.predict.concurrency
    min_instance_count               = var.predict.min_instances
    max_instance_count               = var.predict.max_instances
    timeout_seconds                  = var.predict.timeout_seconds
    ingress_settings                 = var.ingress
    vpc_connector                    = var.vpc_connector
    vpc_connector_egress_settings    = local.vpc_connector_egress
    all_traffic_on_latest_revision   = true
    service_account_email            = google_service_account.main["predict"].email
    environment_variables = {
      for name, value in merge(local.common_environment, local.predict_environment) : name => value if value != ""
    }
  }

  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_project_iam_member.build,
    google_storage_bucket_iam_member.model_readers,
    google_storage_bucket_iam_member.source_build,
    google_storage_bucket_object.shipped_manifest,
  ]
}

locals {
  runtime              = "nodejs24"
  vpc_connector_egress = var.vpc_connector == null ? null : var.vpc_connector_egress

  predict_invokers = {
    for pair in setproduct(local.predict_regions, toset(var.invokers)) : "${pair[0]} ${pair[1]}" => {
      region = pair[0]
      member = pair[1]
    }
  }
}

resource "google_cloud_run_v2_service_iam_member" "predict_invokers" {
  for_each = local.predict_invokers

  project  = var.project_id
  location = each.value.region
  name     = google_cloudfunctions2_function.predict[each.value.region].name
  role     = "roles/run.invoker"
  member   = each.value.member

  lifecycle {
    replace_triggered_by = [terraform_data.predict_invoked[each.key]]
  }
}

# A function that is made anew has lost who may call it, so these are made anew with it.
resource "terraform_data" "predict_invoked" {
  for_each = local.predict_invokers

  input = google_cloudfunctions2_function.predict[each.value.region].id
}
