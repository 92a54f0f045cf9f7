output "dashboard_url" {
  description = "Address of the dashboard; null without one."
  value       = one(local.dashboard_urls)
}
