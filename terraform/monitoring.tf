# What log-based metrics, alerts and the dashboard share: whom they are about, how
# an entry or a time series of theirs is found, and what the runbook says.

locals {
  # Functions by what they score.
  watched_functions = {
    predict = local.names.predict
    score   = local.names.score
    batch   = var.dedicated_batch ? local.names.score_batch : local.names.score
  }
  watched_names = sort(distinct(values(local.watched_functions)))

  watched_logs = join(" AND ", [
    "resource.type=\"cloud_run_revision\"",
    "resource.labels.service_name=(${join(" OR ", [for name in local.watched_names : "\"${name}\""])})",
  ])

  push_subscriptions = { for key in ["features", "objects", "shards"] : key => module.push[key].subscription_name }
}

# The runbook: each alert carries its section, with the names of this deployment in
# the commands, so that a notification is all that its reader needs.
locals {
  _runbook_sections = split("\n## ", file("${path.module}/../docs/runbook.md"))

  # Title and text of each section, by its anchor.
  runbook = {
    for section in slice(local._runbook_sections, 1, length(local._runbook_sections)) :
    lower(replace(split("\n", section)[0], " ", "-")) => {
      title = split("\n", section)[0]
      text  = trimspace(trimprefix(section, split("\n", section)[0]))
    }
  }
}
