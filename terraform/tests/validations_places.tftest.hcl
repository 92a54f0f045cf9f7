# What is refused at plan: places, names and buckets. What each says is in variables.tf.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id     = "my-project"
  region         = "europe-west1"
  source_archive = "README.md" # any file that is there
}

run "a_zone_is_no_region" {
  command = plan

  variables {
    region = "europe-west1-b"
  }

  expect_failures = [var.region]
}

run "a_continent_is_no_region" {
  command = plan

  variables {
    region = "EU"
  }

  expect_failures = [var.region]
}

run "a_zone_among_regions_is_refused" {
  command = plan

  variables {
    regions = ["europe-west1-b"]
  }

  expect_failures = [var.regions]
}

run "a_region_named_twice_is_refused" {
  command = plan

  variables {
    regions = ["europe-west1", "europe-west1"]
  }

  expect_failures = [var.regions]
}

run "a_project_number_is_no_project_id" {
  command = plan

  variables {
    project_id = "123456789012"
  }

  expect_failures = [var.project_id]
}

run "a_prefix_in_capitals_is_refused" {
  command = plan

  variables {
    prefix = "Scorestream"
  }

  expect_failures = [var.prefix]
}

run "a_prefix_with_a_line_below_is_refused" {
  command = plan

  variables {
    prefix = "score_stream"
  }

  expect_failures = [var.prefix]
}

run "a_prefix_of_31_characters_is_refused" {
  command = plan

  variables {
    prefix = "abcdefghijklmnopqrstuvwxyzabcde"
  }

  expect_failures = [var.prefix]
}

run "an_empty_prefix_is_refused" {
  command = plan

  variables {
    prefix = ""
  }

  expect_failures = [var.prefix]
}

run "a_prefix_that_google_keeps_for_itself_is_refused" {
  command = plan

  variables {
    prefix = "my-google-model"
  }

  expect_failures = [var.prefix]
}

run "a_missing_archive_is_refused" {
  command = plan

  variables {
    source_archive = "build/nothing.zip"
  }

  expect_failures = [var.source_archive]
}

run "a_key_without_its_project_is_refused" {
  command = plan

  variables {
    kms_key_name = "main"
  }

  expect_failures = [var.kms_key_name]
}

run "a_connector_without_its_project_is_refused" {
  command = plan

  variables {
    vpc_connector = "main"
  }

  expect_failures = [var.vpc_connector]
}

run "a_connector_for_several_regions_is_refused" {
  command = plan

  variables {
    vpc_connector = "projects/p/locations/europe-west1/connectors/c"
    regions       = ["europe-west1", "us-central1"]
    domain        = "predict.example.com"
    invokers      = ["allUsers"]
    ingress       = "ALLOW_INTERNAL_AND_GCLB"
  }

  expect_failures = [var.vpc_connector]
}

run "an_egress_that_is_none_is_refused" {
  command = plan

  variables {
    vpc_connector_egress = "ALL"
  }

  expect_failures = [var.vpc_connector_egress]
}

run "one_day_of_soft_delete_is_refused" {
  command = plan

  variables {
    soft_delete_seconds = 86400
  }

  expect_failures = [var.soft_delete_seconds]
}

run "no_day_for_old_versions_is_refused" {
  command = plan

  variables {
    old_version_days = 0
  }

  expect_failures = [var.old_version_days]
}

run "a_prefix_of_inputs_that_begins_with_a_slash_is_refused" {
  command = plan

  variables {
    input_prefix = "/incoming"
  }

  expect_failures = [var.input_prefix]
}

run "a_bucket_name_in_capitals_is_refused" {
  command = plan

  variables {
    bucket_names = { input = "Inbox" }
  }

  expect_failures = [var.bucket_names]
}

run "one_bucket_for_input_and_output_is_refused" {
  command = plan

  variables {
    bucket_names = { input = "my-files", output = "my-files" }
  }

  expect_failures = [var.bucket_names]
}

run "a_label_in_capitals_is_refused" {
  command = plan

  variables {
    labels = { Team = "data" }
  }

  expect_failures = [var.labels]
}
