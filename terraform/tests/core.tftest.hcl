# The functions, when nothing but the project and the region is said.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id     = "my-project"
  region         = "europe-west1"
  source_archive = "README.md" # any file that is there
}

run "three_functions_are_deployed_as_they_were_measured" {
  command = plan

  assert {
    condition     = keys(google_cloudfunctions2_function.predict) == ["europe-west1"] && length(google_cloudfunctions2_function.score_batch) == 1
    error_message = "Others than predict, score and score-batch are deployed."
  }
  assert {
    condition = [for f in concat(values(google_cloudfunctions2_function.predict), [google_cloudfunctions2_function.score], google_cloudfunctions2_function.score_batch) :
      f.name
    ] == ["scorestream-predict", "scorestream-score", "scorestream-score-batch"]
    error_message = "The functions have other names."
  }
  assert {
    condition = alltrue([for f in concat(values(google_cloudfunctions2_function.predict), [google_cloudfunctions2_function.score], google_cloudfunctions2_function.score_batch) :
      f.build_config[0].source[0].storage_source[0].object == google_storage_bucket_object.source.name && f.build_config[0].source[0].storage_source[0].bucket == "my-project-scorestream-source"
    ])
    error_message = "A function is built from another archive."
  }
  assert {
    condition     = google_storage_bucket_object.source.name == "scorestream-${substr(filesha256("README.md"), 0, 16)}.zip"
    error_message = "The archive isn't named by its content, so a change would not be deployed."
  }
  assert {
    condition     = google_cloudfunctions2_function.predict["europe-west1"].build_config[0].entry_point == "predict" && google_cloudfunctions2_function.score.build_config[0].entry_point == "score" && google_cloudfunctions2_function.score_batch[0].build_config[0].entry_point == "score"
    error_message = "A function has another entry point."
  }
  assert {
    condition = alltrue([for f in concat(values(google_cloudfunctions2_function.predict), [google_cloudfunctions2_function.score], google_cloudfunctions2_function.score_batch) :
      f.build_config[0].runtime == "nodejs24" && f.build_config[0].environment_variables.ONNXRUNTIME_NODE_INSTALL == "skip" && length(f.event_trigger) == 0
    ])
    error_message = "A function is built in another way, or has a trigger of Eventarc's."
  }
  assert {
    condition = [for f in concat(values(google_cloudfunctions2_function.predict), [google_cloudfunctions2_function.score], google_cloudfunctions2_function.score_batch) :
      f.service_config[0].max_instance_request_concurrency
    ] == [80, 80, 2]
    error_message = "Instances take other numbers of requests at once."
  }
  assert {
    condition = alltrue([for f in concat(values(google_cloudfunctions2_function.predict), [google_cloudfunctions2_function.score], google_cloudfunctions2_function.score_batch) :
      f.service_config[0].available_memory == "1Gi" && f.service_config[0].available_cpu == "1"
    ])
    error_message = "Instances have another size."
  }
  assert {
    condition = alltrue([for env in [local.predict_environment, local.score_environment, local.score_batch_environment] :
      env.NODE_OPTIONS == "--max-old-space-size=512 --max-semi-space-size=8"
    ])
    error_message = "JavaScript has another share of the memory than half."
  }
  assert {
    condition     = local.common_environment.MALLOC_MMAP_THRESHOLD_ == "1048576" && local.common_environment.LOG_EXECUTION_ID == "true"
    error_message = "A setting of the process is missing."
  }
  assert {
    condition = alltrue([for f in [google_cloudfunctions2_function.score, google_cloudfunctions2_function.score_batch[0]] :
      f.service_config[0].timeout_seconds == 540
    ]) && local.score_environment.DELIVERY_TIMEOUT_SECONDS == "510"
    error_message = "A scoring function is not cut before Pub/Sub's deadline, or doesn't end by itself before it is cut."
  }
  assert {
    condition     = length(google_cloud_run_v2_service_iam_member.predict_invokers) == 0
    error_message = "Somebody may call predict, though nobody was named."
  }
  assert {
    condition     = google_cloudfunctions2_function.score.service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY" && google_cloudfunctions2_function.score_batch[0].service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"
    error_message = "A scoring function can be reached from outside."
  }
  assert {
    condition     = keys(google_service_account.main) == ["build", "predict", "push", "score", "score-batch"]
    error_message = "There are other service accounts."
  }
  assert {
    condition = keys(google_project_iam_member.build) == ["roles/logging.logWriter", "roles/storage.objectViewer"] && (
      length(regexall("resource \"google_(project|folder|organization)_iam_", join("", [for name in fileset(".", "**.tf") : file(name)]))) == 1
    )
    error_message = "A role is granted on the whole project, beside the two of the build's account."
  }
  assert {
    condition = length(google_cloud_run_v2_service_iam_member.predict_invokers) == 0 && (
      length(regexall("_iam_(binding|policy)\" ", join("", [for name in fileset(".", "**.tf") : file(name)]))) == 0
    )
    error_message = "A grant takes away what others have granted."
  }
}

run "settings_arrive_at_the_functions" {
  command = plan

  variables {
    invokers              = ["allUsers", "group:data@example.com"]
    predict               = { memory = "4Gi", cpu = 2, concurrency = 10, min_instances = 1, max_instances = 7, timeout_seconds = 30 }
    score                 = { memory = "512Mi", max_instances = 3, timeout_seconds = 300 }
    model_uri             = "gs://models/churn"
    model_refresh_seconds = 0
    log_level             = "DEBUG"
    request_log_ratio     = 0.25
    cors_origins          = ["https://app.example.com", "https://www.example.com"]
    batch_max_error_ratio = 0.1
    input_prefix          = "incoming/"
    shard_bytes           = 8388608
    ingress               = "ALLOW_INTERNAL_ONLY"
    vpc_connector         = "projects/my-project/locations/europe-west1/connectors/main"
    labels                = { team = "data" }
  }

  assert {
    condition = (
      google_cloudfunctions2_function.predict["europe-west1"].service_config[0].available_memory == "4Gi" &&
      google_cloudfunctions2_function.predict["europe-west1"].service_config[0].available_cpu == "2" &&
      google_cloudfunctions2_function.predict["europe-west1"].service_config[0].max_instance_request_concurrency == 10 &&
      google_cloudfunctions2_function.predict["europe-west1"].service_config[0].min_instance_count == 1 &&
      google_cloudfunctions2_function.predict["europe-west1"].service_config[0].max_instance_count == 7 &&
      google_cloudfunctions2_function.predict["europe-west1"].service_config[0].timeout_seconds == 30 &&
      google_cloudfunctions2_function.predict["europe-west1"].service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"
    )
    error_message = "predict has another size than was set."
  }
  assert {
    condition     = local.predict_environment.NODE_OPTIONS == "--max-old-space-size=2048 --max-semi-space-size=8" && local.score_environment.NODE_OPTIONS == "--max-old-space-size=256 --max-semi-space-size=8"
    error_message = "JavaScript's share doesn't follow the memory."
  }
  assert {
    condition = google_cloudfunctions2_function.predict["europe-west1"].service_config[0].environment_variables == tomap({
      CORS_ORIGINS           = "https://app.example.com,https://www.example.com"
      GOOGLE_CLOUD_PROJECT   = "my-project"
      LOG_EXECUTION_ID       = "true"
      LOG_LEVEL              = "DEBUG"
      MALLOC_MMAP_THRESHOLD_ = "1048576"
      MODEL_MAX_BYTES        = "536870912"
      MODEL_REFRESH_SECONDS  = "0"
      MODEL_URI              = "gs://models/churn"
      NODE_OPTIONS           = "--max-old-space-size=2048 --max-semi-space-size=8"
      REQUEST_LOG_RATIO      = "0.25"
    })
    error_message = "predict has another environment."
  }
  assert {
    condition     = local.score_environment.DELIVERY_TIMEOUT_SECONDS == "270" && local.score_batch_environment.DELIVERY_TIMEOUT_SECONDS == "510"
    error_message = "The deadline doesn't follow the function's timeout."
  }
  assert {
    condition     = local.score_environment.BATCH_MAX_ERROR_RATIO == "0.1" && local.score_environment.INPUT_PREFIX == "incoming/" && local.score_environment.SHARD_BYTES == "8388608"
    error_message = "A setting of jobs doesn't arrive."
  }
  assert {
    condition = alltrue([for f in concat(values(google_cloudfunctions2_function.predict), [google_cloudfunctions2_function.score], google_cloudfunctions2_function.score_batch) :
      f.service_config[0].vpc_connector == "projects/my-project/locations/europe-west1/connectors/main" && f.service_config[0].vpc_connector_egress_settings == "PRIVATE_RANGES_ONLY"
    ])
    error_message = "A function doesn't use the connector."
  }
  assert {
    condition = alltrue([for f in concat(values(google_cloudfunctions2_function.predict), [google_cloudfunctions2_function.score], google_cloudfunctions2_function.score_batch) :
      f.labels == tomap({ scorestream = "scorestream", team = "data" })
    ])
    error_message = "A function has other labels."
  }
  assert {
    condition     = google_storage_notification.objects.object_name_prefix == "incoming/"
    error_message = "Objects outside the prefix are notified too."
  }
  assert {
    condition     = toset([for grant in google_cloud_run_v2_service_iam_member.predict_invokers : "${grant.name} ${grant.location} ${grant.role} ${grant.member}"]) == toset(["scorestream-predict europe-west1 roles/run.invoker allUsers", "scorestream-predict europe-west1 roles/run.invoker group:data@example.com"])
    error_message = "Others may call predict than who was named."
  }
}

run "score_takes_the_files_and_apis_are_left_to_others_where_that_is_said" {
  command = plan

  variables {
    dedicated_batch = false
    enable_apis     = false
  }

  assert {
    condition     = length(google_cloudfunctions2_function.score_batch) == 0 && !contains(keys(google_service_account.main), "score-batch")
    error_message = "Something of score-batch is left."
  }
  assert {
    condition     = keys(google_pubsub_topic_iam_member.publishers) == ["score dead-letters", "score predictions", "score shards"]
    error_message = "score can't publish what both publish."
  }
  assert {
    condition     = length(google_cloud_run_v2_service_iam_member.push_score_batch) == 0 && output.score_batch_url == null
    error_message = "There is an address or a grant of score-batch."
  }
  assert {
    condition     = length(google_project_service.main) == 0
    error_message = "An API is turned on."
  }
}
