# A domain in front of predict: a global load balancer over the function in every region
# of it. A token for a function names that function's own address, which nobody behind
# the load balancer knows: predict takes requests without one (validation of var.domain).

locals {
  _has_load_balancer = var.domain != null
  _load_balancer     = "${var.prefix}-predict"
}

resource "google_compute_global_address" "predict" {
  count = local._has_load_balancer ? 1 : 0

  project = var.project_id
  name    = local._load_balancer
  labels  = local.labels

  depends_on = [google_project_service.main]
}

resource "google_compute_region_network_endpoint_group" "predict" {
  for_each = local._has_load_balancer ? local.predict_regions : toset([])

  project               = var.project_id
  name                  = local._load_balancer
  region                = each.key
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloudfunctions2_function.predict[each.key].name
  }

  # A group that the backend service still has can't be deleted: when a region leaves,
  # the backend service changes first.
  lifecycle {
    create_before_destroy = true
  }

  depends_on = [google_project_service.main]
}

resource "google_compute_backend_service" "predict" {
  count = local._has_load_balancer ? 1 : 0

  project               = var.project_id
  name                  = local._load_balancer
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = one(google_compute_security_policy.rate_limit[*].self_link)

  dynamic "backend" {
    for_each = google_compute_region_network_endpoint_group.predict
    content {
      group = backend.value.self_link
    }
  }

  # Functions have no health checks: a region that answers five times in a row with 502,
  # 503 or 504 gets nothing for half a minute, while another takes its requests.
  dynamic "outlier_detection" {
    for_each = length(local.predict_regions) > 1 ? [true] : []
    content {
      consecutive_gateway_failure           = 5
      enforcing_consecutive_gateway_failure = 100
      consecutive_errors                    = 5
      enforcing_consecutive_errors          = 100
      max_ejection_percent                  = 50

      interval {
        seconds = 1
      }
      base_ejection_time {
        seconds = 30
      }
    }
  }

  # The function logs its requests; those that the rate limit refuses never reach it.
  log_config {
    enable      = var.rate_limit != null
    sample_rate = var.rate_limit != null ? 1 : null
  }
}

resource "google_compute_url_map" "predict" {
  count = local._has_load_balancer ? 1 : 0

  project         = var.project_id
  name            = local._load_balancer
  default_service = google_compute_backend_service.predict[0].self_link
}

# Another domain needs another certificate before the old one can go.
resource "google_compute_managed_ssl_certificate" "predict" {
  count = local._has_load_balancer ? 1 : 0

  project = var.project_id
  name    = "${local._load_balancer}-${substr(sha256(var.domain), 0, 8)}"

  managed {
    domains = [var.domain]
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [google_project_service.main]
}

resource "google_compute_ssl_policy" "predict" {
  count = local._has_load_balancer ? 1 : 0

  project         = var.project_id
  name            = local._load_balancer
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"

  depends_on = [google_project_service.main]
}

resource "google_compute_target_https_proxy" "predict" {
  count = local._has_load_balancer ? 1 : 0

  project          = var.project_id
  name             = local._load_balancer
  url_map          = google_compute_url_map.predict[0].self_link
  ssl_certificates = [google_compute_managed_ssl_certificate.predict[0].self_link]
  ssl_policy       = google_compute_ssl_policy.predict[0].self_link
}

resource "google_compute_global_forwarding_rule" "predict" {
  count = local._has_load_balancer ? 1 : 0

  project               = var.project_id
  name                  = local._load_balancer
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.predict[0].address
  port_range            = "443"
  target                = google_compute_target_https_proxy.predict[0].self_link
  labels                = local.labels
}

# Plain HTTP is answered with the address to go to.
resource "google_compute_url_map" "redirect" {
  count = local._has_load_balancer ? 1 : 0

  project = var.project_id
  name    = "${local._load_balancer}-redirect"

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "PERMANENT_REDIRECT"
    strip_query            = false
  }

  depends_on = [google_project_service.main]
}

resource "google_compute_target_http_proxy" "redirect" {
  count = local._has_load_balancer ? 1 : 0

  project = var.project_id
  name    = "${local._load_balancer}-redirect"
  url_map = google_compute_url_map.redirect[0].self_link
}

resource "google_compute_global_forwarding_rule" "redirect" {
  count = local._has_load_balancer ? 1 : 0

  project               = var.project_id
  name                  = "${local._load_balancer}-redirect"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.predict[0].address
  port_range            = "80"
  target                = google_compute_target_http_proxy.redirect[0].self_link
  labels                = local.labels
}
