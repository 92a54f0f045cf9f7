# Every variable that the functions read is set here, or listed in README.md with the reason why it is not.
locals {
  common_environment = {
    MODEL_URI              = local.model_uri
    MODEL_REFRESH_SECONDS  = tostring(var.model_refresh_seconds)
    MODEL_MAX_BYTES        = format("%d", var.model_max_bytes)
    GOOGLE_CLOUD_PROJECT   = var.project_id
    REQUEST_LOG_RATIO      = tostring(var.request_log_ratio)
    LOG_LEVEL              = var.log_level
    LOG_EXECUTION_ID       = "true"
    MALLOC_MMAP_THRESHOLD_ = "1048576"
  }

  predict_environment = {
    CORS_ORIGINS = join(",", var.cors_origins)
    NODE_OPTIONS = local.node_options.predict
  }

  score_environment = {
    FEATURES_TOPIC           = google_pubsub_topic.main["features"].id
    OBJECTS_TOPIC            = google_pubsub_topic.main["objects"].id
    SHARDS_TOPIC             = google_pubsub_topic.main["shards"].id
    PREDICTIONS_TOPIC        = google_pubsub_topic.main["predictions"].id
    DEAD_LETTERS_TOPIC       = google_pubsub_topic.main["dead-letters"].id
    MESSAGE_ORDERING         = tostring(var.message_ordering)
    INPUT_PREFIX             = var.input_prefix
    OUTPUT_URI               = "gs://${google_storage_bucket.output.name}"
    SHARD_BYTES              = format("%d", var.shard_bytes)
    BATCH_MAX_ERROR_RATIO    = var.batch_max_error_ratio == null ? "" : tostring(var.batch_max_error_ratio)
    DELIVERY_TIMEOUT_SECONDS = tostring(local.delivery_timeout_seconds.score)
    NODE_OPTIONS             = local.node_options.score
  }

  score_batch_environment = merge(local.score_environment, {
    DELIVERY_TIMEOUT_SECONDS = tostring(local.delivery_timeout_seconds.score_batch)
    NODE_OPTIONS             = local.node_options.score_batch
  })

  # Half of the memory is V8's: the buildpack would give it nearly all, and leave the model and the buffers nothing.
  node_options = {
    for name, mib in local.memory_mib :
    name => "--max-old-space-size=${floor(mib / 2)} --max-semi-space-size=8"
  }

  # The function answers 503 before the platform cuts the request, so that work under way ends in order.
  delivery_timeout_seconds = {
    score       = var.score.timeout_seconds - 30
    score_batch = var.score_batch.timeout_seconds - 30
  }

  build_environment = {
    ONNXRUNTIME_NODE_INSTALL = "skip" # the runtime's binary is in the package; its installer would fetch GPU libraries
  }
}
