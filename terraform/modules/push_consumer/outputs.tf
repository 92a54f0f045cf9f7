output "subscription" {
  description = "The subscription with all its settings."
  value       = google_pubsub_subscription.main
}

output "subscription_id" {
  description = "Full name of the subscription: projects/PROJECT/subscriptions/NAME."
  value       = google_pubsub_subscription.main.id
}

output "subscription_name" {
  description = "Name of the subscription."
  value       = google_pubsub_subscription.main.name
}
