# What is refused at plan: deadlines, attempts and jobs. What each says is in variables.tf.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id     = "my-project"
  region         = "europe-west1"
  source_archive = "README.md" # any file that is there
}

run "a_deadline_over_what_pubsub_takes_is_refused" {
  command = plan

  variables {
    ack_deadline_seconds = 601
  }

  expect_failures = [var.ack_deadline_seconds]
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

run "four_attempts_are_too_few" {
  command = plan

  variables {
    features_max_delivery_attempts = 4
  }

  expect_failures = [var.features_max_delivery_attempts]
}

run "a_hundred_and_one_attempts_are_too_many" {
  command = plan

  variables {
    features_max_delivery_attempts = 101
  }

  expect_failures = [var.features_max_delivery_attempts]
}

run "four_attempts_are_too_few_for_jobs" {
  command = plan

  variables {
    batch_max_delivery_attempts = 4
  }

  expect_failures = [var.batch_max_delivery_attempts]
}

run "a_hundred_and_one_attempts_are_too_many_for_jobs" {
  command = plan

  variables {
    batch_max_delivery_attempts = 101
  }

  expect_failures = [var.batch_max_delivery_attempts]
}

run "a_backoff_over_600_seconds_is_refused" {
  command = plan

  variables {
    maximum_backoff_seconds = 601
  }

  expect_failures = [var.maximum_backoff_seconds]
}

run "a_least_backoff_over_the_longest_is_refused" {
  command = plan

  variables {
    minimum_backoff_seconds = 60
    maximum_backoff_seconds = 30
  }

  expect_failures = [var.minimum_backoff_seconds]
}

run "a_retention_of_32_days_is_refused" {
  command = plan

  variables {
    message_retention_seconds = 2764800
  }

  expect_failures = [var.message_retention_seconds]
}

run "a_retention_of_32_days_is_refused_for_dead_letters" {
  command = plan

  variables {
    dead_letter_retention_seconds = 2764800
  }

  expect_failures = [var.dead_letter_retention_seconds]
}

run "pieces_of_a_byte_are_refused" {
  command = plan

  variables {
    shard_bytes = 1
  }

  expect_failures = [var.shard_bytes]
}

run "an_error_ratio_in_percent_is_refused" {
  command = plan

  variables {
    batch_max_error_ratio = 5
  }

  expect_failures = [var.batch_max_error_ratio]
}
