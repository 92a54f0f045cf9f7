# Google accounts of services, which act in the project by themselves.
data "google_project" "main" {
  project_id = var.project_id
}

# Reading it creates the account, which else comes with the first notification.
data "google_storage_project_service_account" "main" {
  project = var.project_id
}

locals {
  project_number = data.google_project.main.number

  labels = merge({ scorestream = var.prefix }, var.labels)

  services = toset(concat([
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudfunctions.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "storage.googleapis.com",
  ], local.option_services))

  service_agents = {
    artifact_registry = "serviceAccount:service-${local.project_number}@gcp-sa-artifactregistry.iam.gserviceaccount.com"
    cloud_scheduler   = "serviceAccount:service-${local.project_number}@gcp-sa-cloudscheduler.iam.gserviceaccount.com"
    eventarc          = "serviceAccount:service-${local.project_number}@gcp-sa-eventarc.iam.gserviceaccount.com"
    functions         = "serviceAccount:service-${local.project_number}@gcf-admin-robot.iam.gserviceaccount.com"
    pubsub            = "serviceAccount:service-${local.project_number}@gcp-sa-pubsub.iam.gserviceaccount.com"
    run               = "serviceAccount:service-${local.project_number}@serverless-robot-prod.iam.gserviceaccount.com"
    storage           = "serviceAccount:service-${local.project_number}@gs-project-accounts.iam.gserviceaccount.com"
  }

  predict_regions = toset(length(var.regions) > 0 ? var.regions : [var.region])

  # One function scores features and files where score-batch is not wanted.
  batch_account = var.dedicated_batch ? "score-batch" : "score"

  source_archive = var.source_archive != null ? var.source_archive : "${path.module}/../build/scorestream.zip"

  # Memory in MiB: "2Gi" is 2048.
  memory_mib = {
    for name, memory in { predict = var.predict.memory, score = var.score.memory, score_batch = var.score_batch.memory } :
    name => tonumber(trimsuffix(trimsuffix(memory, "Gi"), "Mi")) * (endswith(memory, "Gi") ? 1024 : 1)
  }

  predict_region = contains(local.predict_regions, var.region) ? var.region : sort(local.predict_regions)[0]
  predict_url    = google_cloudfunctions2_function.predict[local.predict_region].service_config[0].uri
  public_url     = var.domain == null ? local.predict_url : "https://${var.domain}"

  sample_instance = jsonencode({ OPERA = "Grupo LATAM", TIPOVUELO = "I", MES = 7 }) # a flight of the shipped model
}
