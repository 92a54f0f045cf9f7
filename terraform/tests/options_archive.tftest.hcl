# Dead letters as files.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id          = "my-project"
  region              = "europe-west1"
  source_archive      = "README.md" # any file that is there
  dead_letter_archive = true
}

run "dead_letters_are_archived_with_their_reasons" {
  command = plan

  assert {
    condition     = google_pubsub_subscription.archive[0].cloud_storage_config[0].avro_config[0].write_metadata
    error_message = "The archive doesn't say why rows were not scored."
  }

  assert {
    condition     = google_pubsub_subscription.archive[0].ack_deadline_seconds >= tonumber(trimsuffix(google_pubsub_subscription.archive[0].cloud_storage_config[0].max_duration, "s"))
    error_message = "A file takes longer to fill than its messages may wait."
  }

  assert {
    condition     = google_pubsub_subscription.archive[0].expiration_policy[0].ttl == ""
    error_message = "The archive's subscription goes away when nothing comes for a month."
  }

  assert {
    condition     = google_storage_bucket.archive[0].uniform_bucket_level_access && google_storage_bucket.archive[0].public_access_prevention == "enforced" && !google_storage_bucket.archive[0].force_destroy
    error_message = "The archive's bucket isn't protected like the others."
  }

  assert {
    condition     = google_storage_bucket.archive[0].name == "my-project-scorestream-archive" && length(google_storage_bucket.archive[0].lifecycle_rule) == 0
    error_message = "The archive has another name, or forgets."
  }

  assert {
    condition = (
      toset(keys(google_storage_bucket_iam_member.archive_pubsub_agent)) == toset(["roles/storage.legacyBucketReader", "roles/storage.objectCreator"])
      && alltrue([for grant in google_storage_bucket_iam_member.archive_pubsub_agent : grant.member == local.service_agents.pubsub])
    )
    error_message = "Pub/Sub may not write to the archive, or may do more than that."
  }
}

run "long_names_fit_and_old_letters_go" {
  command = apply

  variables {
    project_id               = "project-with-thirty-letters-it"
    prefix                   = "prefix-of-thirty-letters-it-is"
    dead_letter_archive_days = 90
  }

  assert {
    condition     = length(google_storage_bucket.archive[0].name) <= 63 && endswith(google_storage_bucket.archive[0].name, "-archive")
    error_message = "The name of the archive's bucket is too long."
  }

  assert {
    condition     = one(one(google_storage_bucket.archive[0].lifecycle_rule).condition).age == 90
    error_message = "Letters aren't deleted after the days that were asked for."
  }
}

run "the_bucket_can_be_named" {
  command = plan

  variables {
    dead_letter_archive_bucket_name = "letters-of-ours"
  }

  assert {
    condition     = output.dead_letter_archive_bucket == "letters-of-ours"
    error_message = "The bucket isn't named as asked."
  }
}
