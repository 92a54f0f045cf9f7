output "predict_url" {
  description = "URL of predict, in the first of its regions."
  value       = local.predict_url
}
