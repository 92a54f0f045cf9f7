# Nothing of the options is made unless it is asked for.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id     = "my-project"
  region         = "europe-west1"
  source_archive = "README.md" # any file that is there
}

run "no_option_is_on_by_default" {
  command = plan

  assert {
    condition = (
      length(google_bigquery_dataset.main) == 0
      && length(google_bigquery_table.main) == 0
      && length(google_bigquery_table_iam_member.pubsub_agent) == 0
      && length(google_pubsub_subscription.bigquery) == 0
      && length(google_pubsub_subscription_iam_member.bigquery_dead_letter_subscriber) == 0
    )
    error_message = "Tables are made that nobody asked for."
  }

  assert {
    condition = (
      length(google_storage_bucket.archive) == 0
      && length(google_storage_bucket_iam_member.archive_pubsub_agent) == 0
      && length(google_pubsub_subscription.archive) == 0
    )
    error_message = "An archive is made that nobody asked for."
  }

  assert {
    condition = (
      length(google_compute_global_address.predict) == 0
      && length(google_compute_region_network_endpoint_group.predict) == 0
      && length(google_compute_backend_service.predict) == 0
      && length(google_compute_url_map.predict) == 0
      && length(google_compute_managed_ssl_certificate.predict) == 0
      && length(google_compute_ssl_policy.predict) == 0
      && length(google_compute_target_https_proxy.predict) == 0
      && length(google_compute_global_forwarding_rule.predict) == 0
      && length(google_compute_url_map.redirect) == 0
      && length(google_compute_target_http_proxy.redirect) == 0
      && length(google_compute_global_forwarding_rule.redirect) == 0
    )
    error_message = "Parts of a load balancer are made that nobody asked for."
  }

  assert {
    condition     = length(google_compute_security_policy.rate_limit) == 0
    error_message = "A rate limit is made that nobody asked for."
  }

  assert {
    condition = (
      length(google_cloud_scheduler_job.warm_up) == 0
      && length(google_service_account.warm_up) == 0
      && length(google_cloud_run_v2_service_iam_member.warm_up) == 0
    )
    error_message = "A warm-up is made that nobody asked for."
  }

  assert {
    condition     = length(google_kms_crypto_key_iam_member.agents) == 0
    error_message = "A key is granted that nobody named."
  }

  assert {
    condition     = length(local.option_services) == 0
    error_message = "APIs are turned on that no option needs."
  }

  assert {
    condition     = keys(google_cloudfunctions2_function.predict) == ["europe-west1"]
    error_message = "predict is deployed elsewhere than in region."
  }

  assert {
    condition     = output.bigquery_tables == {} && output.dead_letter_archive_bucket == null && output.load_balancer_ip == null
    error_message = "Outputs tell of options that are off."
  }
}
