# The dashboard: dashboards/scoring.json.tftpl says what each row shows, and here it
# is laid out.

locals {
  _watched_regex       = join("|", local.watched_names)
  _subscriptions_regex = join("|", values(local.push_subscriptions))

  dashboard_rows = jsondecode(templatefile("${path.module}/dashboards/scoring.json.tftpl", {
    prefix     = var.prefix
    project_id = var.project_id
    alerts     = var.alerts
    logs       = "${local.watched_logs} AND severity>=WARNING"
    series     = local.log_metric_series
    letters    = google_pubsub_subscription.pull["dead-letters"].name
    topics     = { for key, topic in google_pubsub_topic.main : key => topic.name }

    # What stands between the braces of a series in PromQL.
    run       = "monitored_resource=\"cloud_run_revision\",project_id=\"${var.project_id}\",service_name=~\"${local._watched_regex}\""
    predict   = "monitored_resource=\"cloud_run_revision\",project_id=\"${var.project_id}\",service_name=\"${local.names.predict}\""
    scorers   = "monitored_resource=\"cloud_run_revision\",project_id=\"${var.project_id}\",service_name=~\"${join("|", distinct([local.names.score, local.watched_functions.batch]))}\""
    streams   = "monitored_resource=\"pubsub_subscription\",project_id=\"${var.project_id}\""
    pushed    = "monitored_resource=\"pubsub_subscription\",project_id=\"${var.project_id}\",subscription_id=~\"${local._subscriptions_regex}\""
    published = "monitored_resource=\"pubsub_topic\",project_id=\"${var.project_id}\""
  }))

  # Of 48 columns: widgets of a row are equally wide, headings and texts low.
  _row_heights = [for row in local.dashboard_rows : can(row[0].heading) ? 4 : can(row[0].text) ? 6 : can(row[0].logs) ? 20 : 16]
  dashboard_tiles = flatten([
    for index, row in local.dashboard_rows : [
      for place, shown in row : merge(
        { width = 48 / length(row), height = local._row_heights[index] },
        # the API leaves zeros out of its answer: written, they would be a change at each plan
        { for x in [place * 48 / length(row)] : "xPos" => x if x > 0 },
        { for y in [sum(concat([0], slice(local._row_heights, 0, index)))] : "yPos" => y if y > 0 },
        {
          widget = merge(
            { for title in compact([try(shown.heading, shown.title, "")]) : "title" => title },
            { for heading in compact([try(shown.heading, "")]) : "sectionHeader" => { dividerBelow = true } },
            { for text in compact([try(shown.text, "")]) : "text" => { content = text, format = "MARKDOWN" } },
            { for filter in compact([try(shown.logs, "")]) : "logsPanel" => { filter = filter } },
            { for queries in try([shown.queries], []) : "xyChart" => merge(
              {
                dataSets = [
                  for legend, query in queries : merge(
                    {
                      plotType        = try(shown.plot, "LINE")
                      targetAxis      = "Y1"
                      timeSeriesQuery = merge({ prometheusQuery = query }, { for unit in try([shown.unit], []) : "unitOverride" => unit })
                    },
                    { for template in compact([length(queries) > 1 ? legend : ""]) : "legendTemplate" => template },
                  )
                ]
                yAxis = { scale = "LINEAR" }
              },
              { for value in try([shown.limit], []) : "thresholds" => [{ value = value, targetAxis = "Y1" }] if value > 0 },
            ) },
          )
        },
      )
    ]
  ])
}

resource "google_monitoring_dashboard" "main" {
  count = var.dashboard ? 1 : 0

  project = var.project_id
  dashboard_json = jsonencode({
    displayName  = var.prefix
    mosaicLayout = { columns = 48, tiles = local.dashboard_tiles }
  })

  lifecycle {
    precondition {
      condition     = length(local.dashboard_tiles) <= 50
      error_message = "The dashboard has ${length(local.dashboard_tiles)} widgets, and Cloud Monitoring takes 50: leave some out of dashboards/scoring.json.tftpl."
    }
  }

  depends_on = [google_project_service.main]
}

locals {
  # One, or none.
  dashboard_urls = [
    for dashboard in google_monitoring_dashboard.main :
    "https://console.cloud.google.com/monitoring/dashboards/builder/${try(basename(dashboard.id), "")}?project=${var.project_id}"
  ]
}
