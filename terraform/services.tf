# The APIs that the resources here are made through. Destroying leaves them on: others in the project may use them.
resource "google_project_service" "main" {
  for_each = var.enable_apis ? local.services : toset([])

  project            = var.project_id
  service            = each.value
  disable_on_destroy = false
}
