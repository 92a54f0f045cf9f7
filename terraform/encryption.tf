# Customer-managed encryption: the service agents that encrypt and decrypt for us
# may use the key before anything is made with it.

locals {
  # Google wants the first five for every function with a key of one's own; topics
  # are encrypted by Pub/Sub's agent, tables by BigQuery's.
  _key_users = merge(
    {
      artifact_registry = local.service_agents.artifact_registry
      eventarc          = local.service_agents.eventarc
      functions         = local.service_agents.functions
      run               = local.service_agents.run
      storage           = local.service_agents.storage
      pubsub            = local.service_agents.pubsub
    },
    local.use_bigquery ? {
      bigquery = "serviceAccount:bq-${local.project_number}@bigquery-encryption.iam.gserviceaccount.com"
    } : {},
  )
  _key_location = var.kms_key_name == null ? null : try(split("/", var.kms_key_name)[3], "?")
}

# Says once what is wrong with a key, where the grants would say it for each agent.
resource "terraform_data" "key_location" {
  count = var.kms_key_name == null ? 0 : 1

  input = local._key_location

  lifecycle {
    precondition {
      condition     = local._key_location == var.region
      error_message = "The key of kms_key_name lies in ${coalesce(local._key_location, "?")}, the functions in ${var.region}: Cloud Run takes keys of its own region only. Make a key in ${var.region}, and set kms_key_name to it."
    }
    precondition {
      condition     = length(setsubtract(local.predict_regions, [var.region])) == 0
      error_message = "kms_key_name is a key of ${var.region}, and regions has others, where functions can't use it: leave regions empty, or kms_key_name."
    }
  }
}

resource "google_kms_crypto_key_iam_member" "agents" {
  for_each = var.kms_key_name == null ? {} : local._key_users

  crypto_key_id = var.kms_key_name
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.value

  depends_on = [google_project_service.main, terraform_data.key_location]
}
