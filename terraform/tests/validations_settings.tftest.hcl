# What is refused at plan: settings of the functions. What each says is in variables.tf.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id     = "my-project"
  region         = "europe-west1"
  source_archive = "README.md" # any file that is there
}

run "a_log_ratio_in_percent_is_refused" {
  command = plan

  variables {
    request_log_ratio = 5
  }

  expect_failures = [var.request_log_ratio]
}

run "a_severity_that_is_none_is_refused" {
  command = plan

  variables {
    log_level = "info"
  }

  expect_failures = [var.log_level]
}

run "an_origin_with_a_path_is_refused" {
  command = plan

  variables {
    cors_origins = ["https://app.example.com/page"]
  }

  expect_failures = [var.cors_origins]
}

run "an_invoker_without_its_kind_is_refused" {
  command = plan

  variables {
    invokers = ["ann@example.com"]
  }

  expect_failures = [var.invokers]
}

run "an_ingress_that_is_none_is_refused" {
  command = plan

  variables {
    ingress = "INTERNAL"
  }

  expect_failures = [var.ingress]
}

run "a_model_on_a_disk_is_refused" {
  command = plan

  variables {
    model_uri = "/models/churn"
  }

  expect_failures = [var.model_uri]
}

run "a_model_folder_with_a_slash_at_its_end_is_refused" {
  command = plan

  variables {
    model_uri = "gs://models/churn/"
  }

  expect_failures = [var.model_uri]
}

run "two_days_between_looks_for_a_model_are_refused" {
  command = plan

  variables {
    model_refresh_seconds = 172800
  }

  expect_failures = [var.model_refresh_seconds]
}

run "a_model_of_no_bytes_is_refused" {
  command = plan

  variables {
    model_max_bytes = 0
  }

  expect_failures = [var.model_max_bytes]
}
