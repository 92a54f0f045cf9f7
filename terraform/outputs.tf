output "bigquery_tables" {
  description = "The BigQuery tables by topic, as `project.dataset.table`; empty without them."
  value       = { for key, table in google_bigquery_table.main : key => "${table.project}.${table.dataset_id}.${table.table_id}" }
}

output "buckets" {
  description = "Names of the buckets: model, source, input and output."
  value = {
    model  = google_storage_bucket.model.name
    source = google_storage_bucket.source.name
    input  = google_storage_bucket.input.name
    output = google_storage_bucket.output.name
  }
}

output "commands" {
  description = "Commands to paste, for the shipped model: http asks for a prediction; stream publishes a message, and stream_results shows what came of it; file drops a CSV file, and file_results shows it scored; dead_letters shows what could not be scored; publish_model puts a model of yours in the model bucket."
  value = {
    http = join(" ", concat(
      ["curl"],
      contains(var.invokers, "allUsers") ? [] : ["-H \"Authorization: Bearer $(gcloud auth print-identity-token)\""],
      ["-H 'Content-Type: application/json' -d '${local.sample_instance}' ${local.public_url}/predict"],
    ))
    stream         = "gcloud pubsub topics publish ${local.names.topics["features"]} --project ${var.project_id} --message '${local.sample_instance}'"
    stream_results = "gcloud pubsub subscriptions pull ${google_pubsub_subscription.pull["predictions"].name} --project ${var.project_id} --auto-ack --limit 10"
    file           = "printf 'OPERA,TIPOVUELO,MES\\nGrupo LATAM,I,7\\n' | gcloud storage cp - 'gs://${google_storage_bucket.input.name}/${var.input_prefix}flights.csv'"
    file_results   = "gcloud storage cat 'gs://${google_storage_bucket.output.name}/${var.input_prefix}flights/*/predictions.csv'"
    dead_letters   = "gcloud pubsub subscriptions pull ${google_pubsub_subscription.pull["dead-letters"].name} --project ${var.project_id} --limit 10"
    publish_model  = "npx scorestream model publish models/churn gs://${google_storage_bucket.model.name}/churn"
  }
}

output "dead_letter_archive_bucket" {
  description = "The bucket with archived dead letters; null without one."
  value       = one(google_storage_bucket.archive[*].name)
}

output "load_balancer_ip" {
  description = "The address that the domain's A record must name; null without a domain."
  value       = one(google_compute_global_address.predict[*].address)
}

output "model_uri" {
  description = "Folder of the model that is served; `scorestream model publish` to it, and functions take up the other model by themselves."
  value       = local.model_uri
}

output "predict_url" {
  description = "URL of predict, in region where it is deployed there."
  value       = local.predict_url
}

output "predict_urls" {
  description = "URLs of predict by region."
  value       = { for region, function in google_cloudfunctions2_function.predict : region => function.service_config[0].uri }
}

output "score_batch_url" {
  description = "URL of score-batch, which Pub/Sub alone can reach; null where score does its work."
  value       = one([for function in google_cloudfunctions2_function.score_batch : function.service_config[0].uri])
}

output "score_url" {
  description = "URL of score, which Pub/Sub alone can reach."
  value       = google_cloudfunctions2_function.score.service_config[0].uri
}

output "service_accounts" {
  description = "E-mail addresses of the service accounts: predict, score, score-batch, push and build."
  value       = { for key, account in google_service_account.main : key => account.email }
}

output "subscriptions" {
  description = "Full names of the subscriptions: features, objects and shards push to the functions; predictions and dead-letters are there to be pulled."
  value = merge(
    { for key, push in module.push : key => push.subscription_id },
    { for key, subscription in google_pubsub_subscription.pull : key => subscription.id },
  )
}

output "topics" {
  description = "Full names of the topics: features, predictions, dead-letters, objects and shards."
  value       = { for key, topic in google_pubsub_topic.main : key => topic.id }
}
