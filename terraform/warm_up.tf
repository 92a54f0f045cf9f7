# A call on a schedule, so that predict has an instance with a loaded model at hand. It
# asks /ready, which counts as a request whatever the model is, and scores nothing.

locals {
  _warm_up_regions = var.warm_up_schedule == null ? toset([]) : local.predict_regions
  _warm_up_account = (
    length("${var.prefix}-warm-up") <= 30
    ? "${var.prefix}-warm-up"
    : "${trimsuffix(substr(var.prefix, 0, 15), "-")}-${substr(sha256(var.prefix), 0, 6)}-warm-up"
  )
}

resource "google_service_account" "warm_up" {
  count = var.warm_up_schedule == null ? 0 : 1

  project      = var.project_id
  account_id   = local._warm_up_account
  display_name = "Scorestream: calls predict on a schedule"
}

resource "google_cloud_run_v2_service_iam_member" "warm_up" {
  for_each = local._warm_up_regions

  project  = var.project_id
  location = each.key
  name     = google_cloudfunctions2_function.predict[each.key].name
  role     = "roles/run.invoker"
  member   = google_service_account.warm_up[0].member

  # The grant is lost with a function that is replaced.
  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.predict[each.key].id]
  }
}

resource "google_cloud_scheduler_job" "warm_up" {
  for_each = local._warm_up_regions

  project          = var.project_id
  region           = var.region
  name             = "${var.prefix}-warm-up-${each.key}"
  description      = "Keeps predict in ${each.key} warm"
  schedule         = var.warm_up_schedule
  time_zone        = var.warm_up_time_zone
  attempt_deadline = "60s"

  retry_config {
    retry_count = 1
  }

  http_target {
    http_method = "GET"
    uri         = "${google_cloudfunctions2_function.predict[each.key].service_config[0].uri}/ready"

    oidc_token {
      service_account_email = google_service_account.warm_up[0].email
      audience              = google_cloudfunctions2_function.predict[each.key].service_config[0].uri
    }
  }

  depends_on = [google_project_service.main, google_cloud_run_v2_service_iam_member.warm_up]
}
