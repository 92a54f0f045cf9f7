# One account for each function, one for the pushes and one for the builds: each may do what it needs, on the
# resources it needs it on. The project itself grants roles to the build's account alone.

resource "google_service_account" "main" {
  for_each = toset(concat(["predict", "score", "push", "build"], var.dedicated_batch ? ["score-batch"] : []))

  project      = var.project_id
  account_id   = local.names.accounts[each.key]
  display_name = "${var.prefix} ${each.key}"
  description  = local.account_descriptions[each.key]

  depends_on = [google_project_service.main]
}

locals {
  account_descriptions = {
    predict     = "Runs ${local.names.predict}, which answers HTTP requests."
    score       = "Runs ${local.names.score}, which scores messages."
    score-batch = "Runs ${local.names.score_batch}, which scores files."
    push        = "Pub/Sub pushes messages to the scoring functions as this account."
    build       = "Builds the functions of ${var.prefix}."
  }
}

# A build reads the code from a bucket that Cloud Functions makes, whose name isn't known before, and writes its log.
resource "google_project_iam_member" "build" {
  for_each = toset(["roles/logging.logWriter", "roles/storage.objectViewer"])

  project = var.project_id
  role    = each.value
  member  = google_service_account.main["build"].member
}

# Needed by projects whose Pub/Sub account dates from before April 2021; elsewhere it changes nothing.
resource "google_service_account_iam_member" "push_tokens" {
  service_account_id = google_service_account.main["push"].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.service_agents.pubsub
}
