# A domain in front of predict, in one region or several.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id     = "my-project"
  region         = "europe-west1"
  source_archive = "README.md" # any file that is there
  domain         = "predict.example.com"
  invokers       = ["allUsers"]
  ingress        = "ALLOW_INTERNAL_AND_GCLB"
}

run "a_request_finds_its_way_from_the_domain_to_every_region" {
  command = apply

  variables {
    regions = ["europe-west1", "us-central1"]
  }

  assert {
    condition = (
      google_compute_global_forwarding_rule.predict[0].ip_address == google_compute_global_address.predict[0].address
      && google_compute_global_forwarding_rule.predict[0].port_range == "443"
      && google_compute_global_forwarding_rule.predict[0].target == google_compute_target_https_proxy.predict[0].self_link
      && google_compute_target_https_proxy.predict[0].url_map == google_compute_url_map.predict[0].self_link
      && google_compute_url_map.predict[0].default_service == google_compute_backend_service.predict[0].self_link
    )
    error_message = "A piece between the address and the backend service is missing."
  }

  assert {
    condition = (
      toset([for backend in google_compute_backend_service.predict[0].backend : backend.group])
      == toset([for group in google_compute_region_network_endpoint_group.predict : group.self_link])
      && keys(google_compute_region_network_endpoint_group.predict) == ["europe-west1", "us-central1"]
    )
    error_message = "A region gets no requests."
  }

  assert {
    condition = alltrue([
      for region, group in google_compute_region_network_endpoint_group.predict :
      group.network_endpoint_type == "SERVERLESS" && group.region == region
      && group.cloud_run[0].service == google_cloudfunctions2_function.predict[region].name
    ])
    error_message = "A group doesn't name the function of its region."
  }

  assert {
    condition = (
      google_compute_backend_service.predict[0].load_balancing_scheme == "EXTERNAL_MANAGED"
      && google_compute_global_forwarding_rule.predict[0].load_balancing_scheme == "EXTERNAL_MANAGED"
      && google_compute_global_forwarding_rule.redirect[0].load_balancing_scheme == "EXTERNAL_MANAGED"
    )
    error_message = "The classic load balancer knows no outlier detection."
  }

  assert {
    condition = (
      google_compute_backend_service.predict[0].outlier_detection[0].consecutive_gateway_failure == 5
      && google_compute_backend_service.predict[0].outlier_detection[0].enforcing_consecutive_gateway_failure == 100
      && google_compute_backend_service.predict[0].outlier_detection[0].max_ejection_percent == 50
    )
    error_message = "A region that fails goes on getting requests, or all regions can be shut out."
  }

  assert {
    condition = (
      google_compute_target_https_proxy.predict[0].ssl_certificates == tolist([google_compute_managed_ssl_certificate.predict[0].self_link])
      && google_compute_managed_ssl_certificate.predict[0].managed[0].domains == tolist(["predict.example.com"])
      && google_compute_target_https_proxy.predict[0].ssl_policy == google_compute_ssl_policy.predict[0].self_link
      && google_compute_ssl_policy.predict[0].min_tls_version == "TLS_1_2"
    )
    error_message = "The domain has no certificate, or old TLS is spoken."
  }

  assert {
    condition = (
      google_compute_global_forwarding_rule.redirect[0].ip_address == google_compute_global_address.predict[0].address
      && google_compute_global_forwarding_rule.redirect[0].port_range == "80"
      && google_compute_global_forwarding_rule.redirect[0].target == google_compute_target_http_proxy.redirect[0].self_link
      && google_compute_target_http_proxy.redirect[0].url_map == google_compute_url_map.redirect[0].self_link
      && google_compute_url_map.redirect[0].default_url_redirect[0].https_redirect
    )
    error_message = "Plain HTTP isn't sent to HTTPS."
  }

  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.predict : function.service_config[0].ingress_settings == "ALLOW_INTERNAL_AND_GCLB"])
    error_message = "A function can be called past the load balancer."
  }

  assert {
    condition     = google_cloudfunctions2_function.score.location == "europe-west1" && google_cloudfunctions2_function.score_batch[0].location == "europe-west1"
    error_message = "Messages or files are scored elsewhere than in region."
  }

  assert {
    condition     = output.load_balancer_ip == google_compute_global_address.predict[0].address
    error_message = "The output doesn't tell the address."
  }

  assert {
    condition     = contains(local.services, "compute.googleapis.com")
    error_message = "The load balancer's API isn't turned on."
  }
}

run "one_region_has_nowhere_else_to_send_requests" {
  command = plan

  assert {
    condition = (
      length(google_compute_region_network_endpoint_group.predict) == 1
      && length(google_compute_backend_service.predict[0].outlier_detection) == 0
    )
    error_message = "The only region can be shut out."
  }

  assert {
    condition     = google_compute_backend_service.predict[0].security_policy == null && !google_compute_backend_service.predict[0].log_config[0].enable
    error_message = "Requests are limited or logged though nobody asked for it."
  }
}

run "names_fit_with_the_longest_prefix" {
  command = plan

  variables {
    prefix     = "a-prefix-with-thirty-letters-1"
    rate_limit = { requests = 10 }
  }

  assert {
    condition = alltrue([
      for name in [
        google_compute_managed_ssl_certificate.predict[0].name,
        google_compute_global_forwarding_rule.redirect[0].name,
        google_compute_security_policy.rate_limit[0].name,
        google_compute_region_network_endpoint_group.predict["europe-west1"].name,
      ] : can(regex("^[a-z][a-z0-9-]{0,61}[a-z0-9]$", name))
    ])
    error_message = "A name is too long."
  }
}

run "an_address_gets_so_many_answers_and_then_429" {
  command = apply

  variables {
    rate_limit = { requests = 600 }
  }

  assert {
    condition     = google_compute_backend_service.predict[0].security_policy == google_compute_security_policy.rate_limit[0].self_link
    error_message = "The limit isn't kept by the load balancer."
  }

  assert {
    condition = one([
      for rule in google_compute_security_policy.rate_limit[0].rule :
      rule.rate_limit_options[0].conform_action == "allow" && rule.rate_limit_options[0].exceed_action == "deny(429)"
      && rule.rate_limit_options[0].enforce_on_key == "IP"
      && rule.rate_limit_options[0].rate_limit_threshold[0].count == 600
      && rule.rate_limit_options[0].rate_limit_threshold[0].interval_sec == 60
      if rule.action == "throttle"
    ])
    error_message = "Requests of one address aren't counted, or more are not refused."
  }

  assert {
    condition     = one([for rule in google_compute_security_policy.rate_limit[0].rule : rule.action if rule.priority == 2147483647]) == "allow"
    error_message = "The policy has no last rule, or one that refuses everybody."
  }

  assert {
    condition     = google_compute_backend_service.predict[0].log_config[0].enable
    error_message = "Nothing tells who was refused."
  }
}
