# Tables of predictions and dead letters.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id            = "my-project"
  region                = "europe-west1"
  source_archive        = "README.md" # any file that is there
  bigquery_predictions  = true
  bigquery_dead_letters = true
}

run "predictions_fit_their_table" {
  command = plan

  assert {
    condition = (
      [for column in jsondecode(google_bigquery_table.main["predictions"].schema) : "${column.name} ${column.type} ${column.mode}"]
      == [for column in jsondecode(file("../samples/schemas/prediction.bigquery.json")) : "${column.name} ${column.type} ${column.mode}"]
    )
    error_message = "The table of predictions hasn't the published schema."
  }

  assert {
    condition = alltrue([
      for name, type in { prediction_id = "STRING", label = "STRING", passthrough = "STRING", publish_time = "TIMESTAMP", scored_at = "TIMESTAMP" } :
      contains([for column in jsondecode(google_bigquery_table.main["predictions"].schema) : "${column.name} ${column.type}"], "${name} ${type}")
    ])
    error_message = "A column of the table of predictions is missing, or has another type."
  }

  assert {
    condition     = google_pubsub_subscription.bigquery["predictions"].bigquery_config[0].use_table_schema && google_pubsub_subscription.bigquery["predictions"].bigquery_config[0].drop_unknown_fields
    error_message = "Fields of predictions don't go to their columns."
  }

  assert {
    condition     = !google_pubsub_subscription.bigquery["predictions"].bigquery_config[0].write_metadata
    error_message = "Metadata would overwrite message_id and publish_time of predictions."
  }

  assert {
    condition     = google_pubsub_subscription.bigquery["predictions"].bigquery_config[0].table == "my-project.scorestream.predictions"
    error_message = "Predictions go to another table."
  }

  assert {
    condition     = google_bigquery_table.main["predictions"].time_partitioning[0].field == "scored_at"
    error_message = "The table of predictions isn't partitioned by the time of scoring."
  }
}

run "dead_letters_keep_bytes_and_reasons" {
  command = plan

  assert {
    condition = (
      { for column in jsondecode(google_bigquery_table.main["dead-letters"].schema) : column.name => column.type }
      == { data = "BYTES", subscription_name = "STRING", message_id = "STRING", publish_time = "TIMESTAMP", attributes = "JSON" }
    )
    error_message = "The table of dead letters hasn't the columns that Pub/Sub fills."
  }

  assert {
    condition     = google_pubsub_subscription.bigquery["dead-letters"].bigquery_config[0].write_metadata && !google_pubsub_subscription.bigquery["dead-letters"].bigquery_config[0].use_table_schema
    error_message = "Dead letters are written without their attributes, or as if they were JSON."
  }

  assert {
    condition     = google_pubsub_subscription.bigquery["dead-letters"].bigquery_config[0].table == "my-project.scorestream.dead_letters"
    error_message = "Dead letters go to another table."
  }

  assert {
    condition     = length(google_pubsub_subscription.bigquery["dead-letters"].dead_letter_policy) == 0
    error_message = "Dead letters that BigQuery refuses would come back to it."
  }
}

run "refused_predictions_become_dead_letters" {
  command = apply

  assert {
    condition     = google_pubsub_subscription.bigquery["predictions"].dead_letter_policy[0].dead_letter_topic == google_pubsub_topic.main["dead-letters"].id
    error_message = "Predictions that BigQuery refuses get lost."
  }

  assert {
    condition = (
      google_pubsub_subscription_iam_member.bigquery_dead_letter_subscriber["predictions"].subscription == "scorestream-predictions-bigquery"
      && google_pubsub_subscription_iam_member.bigquery_dead_letter_subscriber["predictions"].role == "roles/pubsub.subscriber"
      && google_pubsub_subscription_iam_member.bigquery_dead_letter_subscriber["predictions"].member == local.service_agents.pubsub
    )
    error_message = "Pub/Sub may not move predictions that BigQuery refuses."
  }

  assert {
    condition = alltrue([
      for key in ["predictions", "dead-letters"] :
      google_bigquery_table_iam_member.pubsub_agent[key].table_id == google_bigquery_table.main[key].table_id
      && google_bigquery_table_iam_member.pubsub_agent[key].role == "roles/bigquery.dataEditor"
      && google_bigquery_table_iam_member.pubsub_agent[key].member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    ])
    error_message = "Pub/Sub may not write to a table."
  }

  assert {
    condition     = alltrue([for subscription in google_pubsub_subscription.bigquery : subscription.expiration_policy[0].ttl == ""])
    error_message = "A subscription that writes to BigQuery goes away when nothing comes for a month."
  }

  assert {
    condition     = alltrue([for table in google_bigquery_table.main : table.deletion_protection])
    error_message = "Tables can be destroyed with what they hold."
  }

  assert {
    condition     = output.bigquery_tables["dead-letters"] == "my-project.scorestream.dead_letters"
    error_message = "The output doesn't tell where dead letters go."
  }
}

run "one_table_alone" {
  command = plan

  variables {
    bigquery_dead_letters   = false
    bigquery_dataset_id     = "my_scores"
    bigquery_location       = "EU"
    bigquery_retention_days = 30
    force_destroy           = true
    prefix                  = "fraud-check"
  }

  assert {
    condition     = keys(google_bigquery_table.main) == ["predictions"] && keys(google_pubsub_subscription.bigquery) == ["predictions"]
    error_message = "Dead letters get a table that nobody asked for."
  }

  assert {
    condition     = google_bigquery_dataset.main[0].dataset_id == "my_scores" && google_bigquery_dataset.main[0].location == "EU"
    error_message = "The dataset isn't named and placed as asked."
  }

  assert {
    condition     = google_bigquery_table.main["predictions"].time_partitioning[0].expiration_ms == 2592000000
    error_message = "Rows aren't kept for the days that were asked for."
  }

  assert {
    condition     = !google_bigquery_table.main["predictions"].deletion_protection && google_bigquery_dataset.main[0].delete_contents_on_destroy
    error_message = "force_destroy doesn't reach the table."
  }

  assert {
    condition     = contains(local.services, "bigquery.googleapis.com")
    error_message = "BigQuery's API isn't turned on."
  }
}

run "the_dataset_is_named_for_the_prefix" {
  command = plan

  variables {
    prefix               = "fraud-check"
    bigquery_predictions = false
  }

  assert {
    condition     = google_bigquery_dataset.main[0].dataset_id == "fraud_check" && keys(google_bigquery_table.main) == ["dead-letters"]
    error_message = "The dataset of another deployment would have the same name, or a name that BigQuery refuses."
  }
}
