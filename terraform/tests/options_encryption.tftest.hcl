# A key of one's own.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id     = "my-project"
  region         = "europe-west1"
  source_archive = "README.md" # any file that is there
  kms_key_name   = "projects/keys/locations/europe-west1/keyRings/ring/cryptoKeys/key"
}

run "the_agents_may_use_the_key" {
  command = plan

  assert {
    condition = alltrue([
      for agent in [
        "gcf-admin-robot", "gcp-sa-artifactregistry", "gcp-sa-eventarc", "gs-project-accounts",
        "serverless-robot-prod", "gcp-sa-pubsub",
      ] :
      contains([for grant in google_kms_crypto_key_iam_member.agents : grant.member], "serviceAccount:service-123456789012@${agent}.iam.gserviceaccount.com")
    ])
    error_message = "A service agent that encrypts may not use the key."
  }

  assert {
    condition = alltrue([
      for grant in google_kms_crypto_key_iam_member.agents :
      grant.crypto_key_id == var.kms_key_name && grant.role == "roles/cloudkms.cryptoKeyEncrypterDecrypter"
    ])
    error_message = "The grant is of another key or of another role."
  }

  assert {
    condition     = length(google_kms_crypto_key_iam_member.agents) == 6
    error_message = "More agents than need it may use the key."
  }

  assert {
    condition     = contains(local.services, "eventarc.googleapis.com")
    error_message = "Eventarc's agent must be there to be granted the key, and is made with its API."
  }
}

run "everything_that_is_stored_is_encrypted_with_it" {
  command = plan

  variables {
    bigquery_predictions = true
    dead_letter_archive  = true
  }

  assert {
    condition = alltrue([
      for bucket in [
        google_storage_bucket.model, google_storage_bucket.source, google_storage_bucket.input, google_storage_bucket.output,
        google_storage_bucket.archive[0],
      ] : bucket.encryption[0].default_kms_key_name == var.kms_key_name
    ])
    error_message = "A bucket is encrypted with another key."
  }

  assert {
    condition     = alltrue([for topic in google_pubsub_topic.main : topic.kms_key_name == var.kms_key_name])
    error_message = "A topic is encrypted with another key."
  }

  assert {
    condition     = alltrue([for repository in google_artifact_registry_repository.main : repository.kms_key_name == var.kms_key_name])
    error_message = "Images are encrypted with another key than their functions, which Google refuses."
  }

  assert {
    condition = alltrue([
      for function in concat(values(google_cloudfunctions2_function.predict), [google_cloudfunctions2_function.score], google_cloudfunctions2_function.score_batch) :
      function.kms_key_name == var.kms_key_name
    ])
    error_message = "A function is encrypted with another key."
  }

  assert {
    condition = (
      google_bigquery_dataset.main[0].default_encryption_configuration[0].kms_key_name == var.kms_key_name
      && google_kms_crypto_key_iam_member.agents["bigquery"].member == "serviceAccount:bq-123456789012@bigquery-encryption.iam.gserviceaccount.com"
    )
    error_message = "Tables are encrypted with another key, or BigQuery may not use it."
  }
}

run "a_key_of_another_region_is_refused" {
  command = plan

  variables {
    kms_key_name = "projects/keys/locations/us-central1/keyRings/ring/cryptoKeys/key"
  }

  expect_failures = [terraform_data.key_location]
}

run "a_key_with_functions_in_other_regions_is_refused" {
  command = plan

  variables {
    regions  = ["europe-west1", "us-central1"]
    domain   = "predict.example.com"
    invokers = ["allUsers"]
    ingress  = "ALLOW_INTERNAL_AND_GCLB"
  }

  expect_failures = [terraform_data.key_location]
}

run "a_dataset_far_from_the_key_is_refused" {
  command = plan

  variables {
    bigquery_location    = "EU"
    bigquery_predictions = true
  }

  expect_failures = [var.bigquery_location]
}
