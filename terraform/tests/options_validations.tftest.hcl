# What can't work is refused when it is planned.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id     = "my-project"
  region         = "europe-west1"
  source_archive = "README.md" # any file that is there
}

run "a_dataset_name_with_a_dash" {
  command = plan

  variables {
    bigquery_dataset_id = "my-scores"
  }

  expect_failures = [var.bigquery_dataset_id]
}

run "no_day_of_rows" {
  command = plan

  variables {
    bigquery_retention_days = 0
  }

  expect_failures = [var.bigquery_retention_days]
}

run "half_a_day_of_rows" {
  command = plan

  variables {
    bigquery_retention_days = 0.5
  }

  expect_failures = [var.bigquery_retention_days]
}

run "no_day_of_files" {
  command = plan

  variables {
    dead_letter_archive_days = 0
  }

  expect_failures = [var.dead_letter_archive_days]
}

run "a_bucket_name_in_capitals" {
  command = plan

  variables {
    dead_letter_archive_bucket_name = "Letters"
  }

  expect_failures = [var.dead_letter_archive_bucket_name]
}

run "a_url_for_a_domain" {
  command = plan

  variables {
    domain   = "https://predict.example.com"
    invokers = ["allUsers"]
    ingress  = "ALLOW_INTERNAL_AND_GCLB"
  }

  expect_failures = [var.domain]
}

run "an_empty_domain" {
  command = plan

  variables {
    domain   = ""
    invokers = ["allUsers"]
    ingress  = "ALLOW_INTERNAL_AND_GCLB"
  }

  expect_failures = [var.domain]
}

run "several_regions_without_a_domain" {
  command = plan

  variables {
    regions = ["europe-west1", "us-central1"]
  }

  expect_failures = [var.domain]
}

run "a_domain_that_nobody_may_call" {
  command = plan

  variables {
    domain  = "predict.example.com"
    ingress = "ALLOW_INTERNAL_AND_GCLB"
  }

  expect_failures = [var.domain]
}

run "a_domain_that_somebody_may_call" {
  command = plan

  variables {
    domain   = "predict.example.com"
    invokers = ["group:data@example.com"]
    ingress  = "ALLOW_INTERNAL_AND_GCLB"
  }

  expect_failures = [var.domain]
}

run "a_domain_that_can_be_passed_by" {
  command = plan

  variables {
    domain   = "predict.example.com"
    invokers = ["allUsers"]
  }

  expect_failures = [var.domain]
}

run "a_domain_of_internal_functions" {
  command = plan

  variables {
    domain   = "predict.example.com"
    invokers = ["allUsers"]
    ingress  = "ALLOW_INTERNAL_ONLY"
  }

  expect_failures = [var.domain]
}

run "a_limit_without_a_domain" {
  command = plan

  variables {
    rate_limit = { requests = 600 }
  }

  expect_failures = [var.rate_limit]
}

run "a_limit_of_nothing" {
  command = plan

  variables {
    domain   = "predict.example.com"
    invokers = ["allUsers"]
    ingress  = "ALLOW_INTERNAL_AND_GCLB"

    rate_limit = { requests = 0 }
  }

  expect_failures = [var.rate_limit]
}

run "an_odd_interval" {
  command = plan

  variables {
    domain   = "predict.example.com"
    invokers = ["allUsers"]
    ingress  = "ALLOW_INTERNAL_AND_GCLB"

    rate_limit = { requests = 600, interval_seconds = 61 }
  }

  expect_failures = [var.rate_limit]
}

run "a_schedule_in_words" {
  command = plan

  variables {
    warm_up_schedule = "every five minutes"
  }

  expect_failures = [var.warm_up_schedule]
}

run "a_schedule_with_seconds" {
  command = plan

  variables {
    warm_up_schedule = "0 */5 * * * *"
  }

  expect_failures = [var.warm_up_schedule]
}

run "an_offset_for_a_time_zone" {
  command = plan

  variables {
    warm_up_schedule  = "*/5 * * * *"
    warm_up_time_zone = "+03:00"
  }

  expect_failures = [var.warm_up_time_zone]
}
