# Messages in the order of their keys.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id     = "my-project"
  region         = "europe-west1"
  source_archive = "README.md" # any file that is there
}

run "order_is_not_kept_by_default" {
  command = apply

  assert {
    condition     = !module.push["features"].subscription.enable_message_ordering && !google_pubsub_subscription.pull["predictions"].enable_message_ordering
    error_message = "Messages wait for each other though nobody asked for it."
  }

  assert {
    condition     = lookup(google_cloudfunctions2_function.score.service_config[0].environment_variables, "MESSAGE_ORDERING", "false") == "false"
    error_message = "The scoring function passes on ordering keys though nobody asked for it."
  }
}

run "order_is_kept_from_features_to_predictions" {
  command = apply

  variables {
    message_ordering = true
  }

  assert {
    condition     = google_cloudfunctions2_function.score.service_config[0].environment_variables["MESSAGE_ORDERING"] == "true"
    error_message = "The scoring function doesn't pass on ordering keys."
  }

  assert {
    condition     = module.push["features"].subscription.enable_message_ordering
    error_message = "Messages of one key are scored in any order."
  }

  assert {
    condition     = !module.push["objects"].subscription.enable_message_ordering && !module.push["shards"].subscription.enable_message_ordering
    error_message = "Files wait for each other."
  }

  assert {
    condition     = google_pubsub_subscription.pull["predictions"].enable_message_ordering
    error_message = "Predictions of one key can be pulled in any order."
  }

  assert {
    condition     = !google_pubsub_subscription.pull["dead-letters"].enable_message_ordering
    error_message = "A dead letter that isn't acknowledged would hold back those after it."
  }
}
