# A bound on the requests of each address, at Google's edge.

resource "google_compute_security_policy" "rate_limit" {
  count = var.rate_limit == null ? 0 : 1

  project     = var.project_id
  name        = "${var.prefix}-predict"
  description = "Answers 429 to an address that asks predict more often than it may"
  type        = "CLOUD_ARMOR"

  rule {
    action      = "throttle"
    priority    = 1000
    description = "Up to ${var.rate_limit.requests} requests an address in ${var.rate_limit.interval_seconds} seconds"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }

    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"

      rate_limit_threshold {
        count        = var.rate_limit.requests
        interval_sec = var.rate_limit.interval_seconds
      }
    }
  }

  # Every policy has a last rule for all other requests.
  rule {
    action      = "allow"
    priority    = 2147483647
    description = "All other requests"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  depends_on = [google_project_service.main]
}
