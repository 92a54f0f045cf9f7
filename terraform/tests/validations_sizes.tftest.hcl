# What is refused at plan: sizes of the functions. What each says is in variables.tf.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id     = "my-project"
  region         = "europe-west1"
  source_archive = "README.md" # any file that is there
}

run "a_memory_without_a_unit_is_refused" {
  command = plan

  variables {
    predict = { memory = "1024" }
  }

  expect_failures = [var.predict]
}

run "a_memory_in_megabytes_is_refused" {
  command = plan

  variables {
    predict = { memory = "1024M" }
  }

  expect_failures = [var.predict]
}

run "three_vcpus_are_refused" {
  command = plan

  variables {
    predict = { cpu = 3 }
  }

  expect_failures = [var.predict]
}

run "half_a_vcpu_for_80_requests_is_refused" {
  command = plan

  variables {
    predict = { cpu = 0.5 }
  }

  expect_failures = [var.predict]
}

run "half_a_vcpu_for_80_messages_is_refused" {
  command = plan

  variables {
    score = { cpu = 0.5 }
  }

  expect_failures = [var.score]
}

run "half_a_vcpu_for_two_pieces_is_refused" {
  command = plan

  variables {
    score_batch = { cpu = 0.5 }
  }

  expect_failures = [var.score_batch]
}

run "more_instances_at_least_than_at_most_are_refused" {
  command = plan

  variables {
    predict = { min_instances = 5, max_instances = 4 }
  }

  expect_failures = [var.predict]
}

run "more_instances_at_least_than_at_most_are_refused_for_score" {
  command = plan

  variables {
    score = { min_instances = 5, max_instances = 4 }
  }

  expect_failures = [var.score]
}

run "more_instances_at_least_than_at_most_are_refused_for_score_batch" {
  command = plan

  variables {
    score_batch = { min_instances = 5, max_instances = 4 }
  }

  expect_failures = [var.score_batch]
}

run "no_instances_are_refused" {
  command = plan

  variables {
    predict = { max_instances = 0 }
  }

  expect_failures = [var.predict]
}

run "no_requests_at_once_are_refused" {
  command = plan

  variables {
    predict = { concurrency = 0 }
  }

  expect_failures = [var.predict]
}

run "two_hours_for_a_request_are_refused" {
  command = plan

  variables {
    predict = { timeout_seconds = 7200 }
  }

  expect_failures = [var.predict]
}

run "twenty_minutes_for_a_message_are_refused" {
  command = plan

  variables {
    score                = { timeout_seconds = 1200 }
    ack_deadline_seconds = 600
  }

  expect_failures = [var.score, var.ack_deadline_seconds]
}
