# Topics, subscriptions, buckets and who may do what with them.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id     = "my-project"
  region         = "europe-west1"
  source_archive = "README.md" # any file that is there
}

run "messages_and_files_are_kept_until_they_are_scored" {
  command = apply # mocked

  # Pushes.
  assert {
    condition     = keys(module.push) == ["features", "objects", "shards"]
    error_message = "Other topics are pushed."
  }
  assert {
    condition = alltrue([for key, push in module.push :
      push.subscription.push_config[0].push_endpoint == "https://function-abcdefghij-ew.a.run.app/${key}" &&
      push.subscription.push_config[0].oidc_token[0].audience == "https://function-abcdefghij-ew.a.run.app" &&
      push.subscription.push_config[0].oidc_token[0].service_account_email == google_service_account.main["push"].email
    ])
    error_message = "A push goes elsewhere, or its token is for another audience or of another account."
  }
  assert {
    condition = alltrue([for key, push in module.push :
      push.subscription.topic == google_pubsub_topic.main[key].id && push.subscription_name == "scorestream-${key}-push"
    ])
    error_message = "A subscription is of another topic, or has another name."
  }
  assert {
    condition = alltrue([for key, push in module.push :
      push.subscription.retry_policy[0].minimum_backoff == "10s" && push.subscription.retry_policy[0].maximum_backoff == "600s"
    ])
    error_message = "A subscription retries at another pace."
  }
  assert {
    condition     = { for key, push in module.push : key => push.subscription.dead_letter_policy[0].max_delivery_attempts } == { features = 30, objects = 100, shards = 100 }
    error_message = "A subscription gives up earlier or later."
  }
  assert {
    condition     = alltrue([for push in values(module.push) : push.subscription.dead_letter_policy[0].dead_letter_topic == google_pubsub_topic.main["dead-letters"].id])
    error_message = "What can't be delivered goes elsewhere."
  }
  assert {
    condition     = alltrue([for push in values(module.push) : push.subscription.expiration_policy[0].ttl == ""])
    error_message = "A subscription goes away after a month without messages."
  }
  assert {
    condition     = alltrue([for push in values(module.push) : push.subscription.ack_deadline_seconds == 600 && !push.subscription.enable_message_ordering])
    error_message = "A subscription waits for less than Pub/Sub can, or is ordered."
  }
  assert {
    condition     = google_pubsub_topic_iam_member.dead_letter_agent.role == "roles/pubsub.publisher" && google_pubsub_topic_iam_member.dead_letter_agent.member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    error_message = "Pub/Sub can't move messages to dead-letters."
  }
  assert {
    condition     = google_cloud_run_v2_service_iam_member.push_score.member == google_service_account.main["push"].member && google_cloud_run_v2_service_iam_member.push_score_batch[0].member == google_service_account.main["push"].member
    error_message = "Pushes are not let in."
  }
  assert {
    condition     = strcontains(output.commands.http, "https://function-abcdefghij-ew.a.run.app/predict") && strcontains(output.commands.http, "print-identity-token")
    error_message = "The command asks elsewhere, or without a token."
  }
  assert {
    condition     = strcontains(output.commands.stream, "publish scorestream-features --project my-project") && strcontains(output.commands.file, "gs://my-project-scorestream-input/flights.csv") && strcontains(output.commands.file_results, "gs://my-project-scorestream-output/flights/")
    error_message = "A command names another topic or bucket."
  }
  assert {
    condition     = keys(output.subscriptions) == ["dead-letters", "features", "objects", "predictions", "shards"] && keys(output.topics) == ["dead-letters", "features", "objects", "predictions", "shards"]
    error_message = "An output leaves something out."
  }

  # Every topic keeps what it gets.
  assert {
    condition     = setunion(keys(local.push), keys(google_pubsub_subscription.pull)) == local.topics
    error_message = "A topic has no subscription."
  }
  assert {
    condition     = google_pubsub_subscription.pull["dead-letters"].message_retention_duration == "2678400s" && google_pubsub_subscription.pull["predictions"].message_retention_duration == "604800s"
    error_message = "Dead letters aren't kept 31 days, or predictions 7."
  }
  assert {
    condition     = alltrue([for subscription in values(google_pubsub_subscription.pull) : subscription.expiration_policy[0].ttl == ""])
    error_message = "A subscription goes away after a month without messages."
  }

  # Grants.
  assert {
    condition     = toset([for grant in values(google_pubsub_topic_iam_member.publishers) : "${grant.topic} ${grant.role}"]) == toset(["scorestream-predictions roles/pubsub.publisher", "scorestream-dead-letters roles/pubsub.publisher", "scorestream-shards roles/pubsub.publisher"])
    error_message = "Functions publish to other topics, or in another role."
  }
  assert {
    condition     = keys(google_pubsub_topic_iam_member.publishers) == ["score dead-letters", "score predictions", "score-batch dead-letters", "score-batch shards"]
    error_message = "A function publishes what is for another to publish, or can't publish its own."
  }
  assert {
    condition     = keys(google_storage_bucket_iam_member.model_readers) == ["predict", "score", "score-batch"] && alltrue([for grant in values(google_storage_bucket_iam_member.model_readers) : grant.role == "roles/storage.objectViewer"])
    error_message = "A function can't read the model, or can write it."
  }
  assert {
    condition     = google_storage_bucket_iam_member.input_reader.role == "roles/storage.objectViewer" && google_storage_bucket_iam_member.input_reader.member == google_service_account.main["score-batch"].member
    error_message = "Another than score-batch reads the input, or it may write."
  }
  assert {
    condition     = google_storage_bucket_iam_member.output_writer.role == "roles/storage.objectUser" && google_storage_bucket_iam_member.output_writer.member == google_service_account.main["score-batch"].member
    error_message = "Another than score-batch writes the output, or in another role."
  }
  assert {
    condition     = google_artifact_registry_repository_iam_member.build["europe-west1"].role == "roles/artifactregistry.writer" && google_artifact_registry_repository_iam_member.build["europe-west1"].member == google_service_account.main["build"].member
    error_message = "The build can't store its images, or may do more."
  }
  assert {
    condition     = google_pubsub_topic_iam_member.notifications.topic == "scorestream-objects" && google_pubsub_topic_iam_member.notifications.member == "serviceAccount:service-123456789012@gs-project-accounts.iam.gserviceaccount.com"
    error_message = "Cloud Storage can't tell of new files."
  }

  # Buckets.
  assert {
    condition = alltrue([for bucket in [google_storage_bucket.model, google_storage_bucket.source, google_storage_bucket.input, google_storage_bucket.output] :
      bucket.uniform_bucket_level_access && bucket.public_access_prevention == "enforced" && !bucket.force_destroy
    ])
    error_message = "A bucket can be opened to the public, or destroyed with what it holds."
  }
  assert {
    condition     = google_storage_bucket.model.versioning[0].enabled && length(google_storage_bucket.model.lifecycle_rule) == 0
    error_message = "A model that was published once can go away."
  }
  assert {
    condition     = google_storage_bucket.input.versioning[0].enabled && one(google_storage_bucket.input.lifecycle_rule[0].condition).days_since_noncurrent_time == 30 && one(google_storage_bucket.input.lifecycle_rule[0].condition).with_state == "ARCHIVED"
    error_message = "A file that is replaced is lost to the job that reads it, or kept for ever."
  }
  assert {
    condition     = !google_storage_bucket.output.versioning[0].enabled && google_storage_bucket.output.soft_delete_policy[0].retention_duration_seconds == 0
    error_message = "Removed parts of jobs are billed."
  }
  assert {
    condition     = one(google_storage_bucket.output.lifecycle_rule[0].condition).age == 30 && one(google_storage_bucket.output.lifecycle_rule[0].condition).matches_prefix == tolist(["_parts/"]) && length(google_storage_bucket.output.lifecycle_rule) == 1
    error_message = "Parts of given-up jobs stay, or results go away."
  }
  assert {
    condition     = google_storage_notification.objects.event_types == toset(["OBJECT_FINALIZE"]) && google_storage_notification.objects.payload_format == "JSON_API_V1" && google_storage_notification.objects.object_name_prefix == null
    error_message = "Other events are notified, or without the object."
  }
  assert {
    condition     = [for rule in google_artifact_registry_repository.main["europe-west1"].cleanup_policies : rule.action] == ["DELETE", "KEEP"]
    error_message = "Images gather for ever."
  }

  # The shipped model.
  assert {
    condition = alltrue([for key, file in google_storage_bucket_object.shipped_files :
      file.name == "shipped/flight-delay/${key}-${substr(filesha256(file.source), 0, 12)}.${key == "model" ? "onnx" : "json"}"
    ])
    error_message = "A file of the model isn't named by its content."
  }
  assert {
    condition = alltrue([for key, object in google_storage_bucket_object.shipped_files :
      "shipped/flight-delay/${jsondecode(google_storage_bucket_object.shipped_manifest.content)[key].file}" == object.name &&
      jsondecode(google_storage_bucket_object.shipped_manifest.content)[key].sha256 == filesha256(object.source)
    ])
    error_message = "The manifest names other files, or pins other contents."
  }
  assert {
    condition     = google_storage_bucket_object.shipped_manifest.name == "shipped/flight-delay/manifest.json" && output.model_uri == "gs://my-project-scorestream-model/shipped/flight-delay"
    error_message = "The functions look for the model elsewhere."
  }
}
