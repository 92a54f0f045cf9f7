output "bigquery_tables" {
  description = "The BigQuery tables by topic, as `project.dataset.table`; empty without them."
  value       = { for key, table in google_bigquery_table.main : key => "${table.project}.${table.dataset_id}.${table.table_id}" }
}

output "dead_letter_archive_bucket" {
  description = "The bucket with archived dead letters; null without one."
  value       = one(google_storage_bucket.archive[*].name)
}

output "load_balancer_ip" {
  description = "The address that the domain's A record must name; null without a domain."
  value       = one(google_compute_global_address.predict[*].address)
}
