# Names at the longest prefix, and at the shortest.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  region         = "europe-west1"
  source_archive = "README.md" # any file that is there
}

run "names_fit_at_a_prefix_of_30_characters" {
  command = plan

  variables {
    project_id = "abcdefghijklmnopqrstuvwxyz-123"
    prefix     = "the-longest-prefix-there-is-01"
  }

  assert {
    condition     = alltrue([for account in values(google_service_account.main) : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", account.account_id))])
    error_message = "An account's id is too long, or isn't one."
  }
  assert {
    condition     = length(distinct([for account in values(google_service_account.main) : account.account_id])) == 5
    error_message = "Two accounts have one id."
  }
  assert {
    condition = alltrue([for bucket in [google_storage_bucket.model, google_storage_bucket.source, google_storage_bucket.input, google_storage_bucket.output] :
      can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", bucket.name))
    ])
    error_message = "A bucket's name is too long, or isn't one."
  }
  assert {
    condition     = length(distinct([google_storage_bucket.model.name, google_storage_bucket.source.name, google_storage_bucket.input.name, google_storage_bucket.output.name])) == 4
    error_message = "Two buckets have one name."
  }
  assert {
    condition = alltrue([for f in concat(values(google_cloudfunctions2_function.predict), [google_cloudfunctions2_function.score], google_cloudfunctions2_function.score_batch) :
      can(regex("^[a-z][a-z0-9-]{0,47}[a-z0-9]$", f.name))
    ])
    error_message = "A function's name is too long for Cloud Run, or isn't kebab-case."
  }
  assert {
    condition     = alltrue([for topic in values(google_pubsub_topic.main) : startswith(topic.name, "the-longest-prefix-there-is-01-")])
    error_message = "A topic's name lacks the prefix."
  }
  assert {
    condition     = can(regex("^[a-z][a-z0-9-]{0,61}[a-z0-9]$", google_artifact_registry_repository.main["europe-west1"].repository_id))
    error_message = "The repository's name is too long, or isn't one."
  }
}

run "prefixes_that_begin_alike_give_other_accounts" {
  command = plan

  variables {
    project_id = "abcdefghijklmnopqrstuvwxyz-123"
    prefix     = "the-longest-prefix-there-is-02"
  }

  assert {
    condition = length(setintersection(
      [for account in values(google_service_account.main) : account.account_id],
      [for key in ["predict", "score", "score-batch", "push", "build"] : "${trimsuffix(substr("the-longest-prefix-there-is-01", 0, 22 - length(key)), "-")}-${substr(sha256("the-longest-prefix-there-is-01"), 0, 6)}-${key}"],
    )) == 0
    error_message = "Two deployments would have one account."
  }
}

run "names_fit_at_a_prefix_of_one_character" {
  command = plan

  variables {
    project_id = "my-project"
    prefix     = "a"
  }

  assert {
    condition     = alltrue([for account in values(google_service_account.main) : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", account.account_id))])
    error_message = "An account's id is too short, or isn't one."
  }
  assert {
    condition     = google_cloudfunctions2_function.predict["europe-west1"].name == "a-predict" && google_storage_bucket.input.name == "my-project-a-input"
    error_message = "Short names are cut or changed."
  }
}

run "buckets_have_the_names_that_were_set" {
  command = plan

  variables {
    project_id   = "example.com:my-project"
    bucket_names = { input = "my-inbox" }
  }

  assert {
    condition     = google_storage_bucket.input.name == "my-inbox" && google_storage_bucket.output.name == "example-com-my-project-scorestream-output"
    error_message = "A name that was set isn't used, or a project of a domain gives a name that is none."
  }
}
