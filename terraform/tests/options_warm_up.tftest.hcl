# Calls on a schedule, so that an instance is at hand.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id       = "my-project"
  region           = "europe-west1"
  source_archive   = "README.md" # any file that is there
  warm_up_schedule = "*/5 7-19 * * 1-5"
}

run "predict_is_called_with_a_token_of_its_own_account" {
  command = apply

  assert {
    condition = (
      google_cloud_scheduler_job.warm_up["europe-west1"].schedule == "*/5 7-19 * * 1-5"
      && google_cloud_scheduler_job.warm_up["europe-west1"].time_zone == "Etc/UTC"
      && google_cloud_scheduler_job.warm_up["europe-west1"].http_target[0].http_method == "GET"
      && google_cloud_scheduler_job.warm_up["europe-west1"].http_target[0].uri == "https://function-abcdefghij-ew.a.run.app/ready"
    )
    error_message = "predict isn't asked on the schedule whether it is ready."
  }

  assert {
    condition     = google_cloud_scheduler_job.warm_up["europe-west1"].http_target[0].oidc_token[0].audience == "https://function-abcdefghij-ew.a.run.app"
    error_message = "The token is for another address, and Cloud Run refuses it."
  }

  assert {
    condition = (
      google_cloud_scheduler_job.warm_up["europe-west1"].http_target[0].oidc_token[0].service_account_email == google_service_account.warm_up[0].email
      && google_cloud_run_v2_service_iam_member.warm_up["europe-west1"].name == "scorestream-predict"
      && google_cloud_run_v2_service_iam_member.warm_up["europe-west1"].role == "roles/run.invoker"
      && google_cloud_run_v2_service_iam_member.warm_up["europe-west1"].member == google_service_account.warm_up[0].member
    )
    error_message = "The account that calls predict isn't the one that may."
  }

  assert {
    condition     = contains(local.services, "cloudscheduler.googleapis.com")
    error_message = "Cloud Scheduler's API isn't turned on."
  }
}

run "a_long_prefix_fits_and_every_region_is_called" {
  command = plan

  variables {
    prefix   = "a-prefix-with-thirty-letters-1"
    regions  = ["europe-west1", "us-central1"]
    domain   = "predict.example.com"
    invokers = ["allUsers"]
    ingress  = "ALLOW_INTERNAL_AND_GCLB"
  }

  assert {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", google_service_account.warm_up[0].account_id))
    error_message = "The account's id is too long."
  }

  assert {
    condition     = keys(google_cloud_scheduler_job.warm_up) == ["europe-west1", "us-central1"]
    error_message = "A region stays cold."
  }
}
