# What is refused at plan. Each run sets many variables wrong at once: a run costs as much as a plan.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id     = "my-project"
  region         = "europe-west1"
  source_archive = "README.md" # any file that is there
}

run "values_over_their_bounds_are_refused" {
  command = plan

  variables {
    batch_max_delivery_attempts    = 101
    batch_max_error_ratio          = 5
    dead_letter_retention_seconds  = 2764800
    features_max_delivery_attempts = 101
    maximum_backoff_seconds        = 601
    message_retention_seconds      = 2764800
    model_refresh_seconds          = 172800
    predict                        = { timeout_seconds = 7200 }
    prefix                         = "abcdefghijklmnopqrstuvwxyzabcde"
    request_log_ratio              = 5
    score                          = { timeout_seconds = 1200 }
    score_batch                    = { concurrency = 1001 }
    shard_bytes                    = 2147483648
    soft_delete_seconds            = 8640000
  }

  expect_failures = [
    var.batch_max_delivery_attempts, var.batch_max_error_ratio, var.dead_letter_retention_seconds,
    var.features_max_delivery_attempts, var.maximum_backoff_seconds, var.message_retention_seconds,
    var.model_refresh_seconds, var.predict, var.prefix, var.request_log_ratio, var.score, var.score_batch,
    var.shard_bytes, var.soft_delete_seconds,
  ]
}

run "values_below_their_bounds_are_refused" {
  command = plan

  variables {
    ack_deadline_seconds           = 9
    batch_max_delivery_attempts    = 4
    batch_max_error_ratio          = -0.1
    dead_letter_retention_seconds  = 60
    features_max_delivery_attempts = 4
    message_retention_seconds      = 60
    minimum_backoff_seconds        = -1
    model_max_bytes                = 0
    model_refresh_seconds          = -1
    old_version_days               = 0
    predict                        = { max_instances = 0 }
    prefix                         = ""
    request_log_ratio              = -0.1
    shard_bytes                    = 1
    soft_delete_seconds            = 86400
  }

  expect_failures = [
    var.ack_deadline_seconds, var.batch_max_delivery_attempts, var.batch_max_error_ratio,
    var.dead_letter_retention_seconds, var.features_max_delivery_attempts, var.message_retention_seconds,
    var.minimum_backoff_seconds, var.model_max_bytes, var.model_refresh_seconds, var.old_version_days,
    var.predict, var.prefix, var.request_log_ratio, var.shard_bytes, var.soft_delete_seconds,
  ]
}

run "values_of_another_form_are_refused" {
  command = plan

  variables {
    bucket_names         = { input = "Inbox" }
    cors_origins         = ["https://app.example.com/page"]
    ingress              = "INTERNAL"
    input_prefix         = "/incoming"
    invokers             = ["ann@example.com"]
    kms_key_name         = "main"
    labels               = { Team = "data" }
    log_level            = "info"
    model_uri            = "/models/churn"
    predict              = { memory = "1024" }
    prefix               = "Scorestream"
    project_id           = "123456789012"
    region               = "europe-west1-b"
    score                = { memory = "1024M" }
    score_batch          = { cpu = 3 }
    vpc_connector_egress = "ALL"
  }

  expect_failures = [
    var.bucket_names, var.cors_origins, var.ingress, var.input_prefix, var.invokers, var.kms_key_name, var.labels,
    var.log_level, var.model_uri, var.predict, var.prefix, var.project_id, var.region, var.score, var.score_batch,
    var.vpc_connector_egress,
  ]
}

run "a_missing_archive_is_refused" {
  command = plan

  variables {
    source_archive = "build/nothing.zip"
  }

  expect_failures = [google_storage_bucket_object.source]
}

run "names_that_would_fail_later_are_refused" {
  command = plan

  variables {
    bucket_names = { input = "my-files", output = "my-files" }
    model_uri    = "gs://models/churn/"
    prefix       = "my-google-model"
    region       = "EU"
    regions      = ["europe-west1-b"]
  }

  expect_failures = [var.bucket_names, var.model_uri, var.prefix, var.region, var.regions]
}

run "a_fraction_of_a_vcpu_takes_one_request_at_a_time" {
  command = plan

  variables {
    predict       = { cpu = 0.5 }
    prefix        = "score_stream"
    score         = { cpu = 0.5 }
    score_batch   = { cpu = 0.5 }
    vpc_connector = "main"
  }

  expect_failures = [var.predict, var.prefix, var.score, var.score_batch, var.vpc_connector]
}

run "less_at_most_than_at_least_is_refused" {
  command = plan

  variables {
    maximum_backoff_seconds = 30
    minimum_backoff_seconds = 60
    predict                 = { min_instances = 5, max_instances = 4 }
    score                   = { min_instances = 5, max_instances = 4 }
    score_batch             = { min_instances = 5, max_instances = 4 }
  }

  expect_failures = [var.minimum_backoff_seconds, var.predict, var.score, var.score_batch]
}

run "a_deadline_before_the_timeout_of_score_is_refused" {
  command = plan

  variables {
    ack_deadline_seconds = 300
    score_batch          = { timeout_seconds = 300 }
  }

  expect_failures = [var.ack_deadline_seconds]
}

run "a_deadline_before_the_timeout_of_score_batch_is_refused" {
  command = plan

  variables {
    ack_deadline_seconds = 300
    score                = { timeout_seconds = 300 }
  }

  expect_failures = [var.ack_deadline_seconds]
}

run "that_timeout_does_not_matter_where_score_batch_is_not_deployed" {
  command = plan

  variables {
    ack_deadline_seconds = 300
    score                = { timeout_seconds = 300 }
    dedicated_batch      = false
  }

  assert {
    condition     = length(google_cloudfunctions2_function.score_batch) == 0 && google_cloudfunctions2_function.score.service_config[0].timeout_seconds == 300
    error_message = "score-batch is deployed, or score waits longer."
  }
}

run "a_connector_is_of_one_region" {
  command = plan

  variables {
    regions       = ["europe-west1", "us-central1"]
    domain        = "predict.example.com"
    invokers      = ["allUsers"]
    ingress       = "ALLOW_INTERNAL_AND_GCLB"
    vpc_connector = "projects/my-project/locations/europe-west1/connectors/main"
  }

  expect_failures = [var.vpc_connector]
}
