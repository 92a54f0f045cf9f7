locals {
  topics = toset(["features", "predictions", "dead-letters", "objects", "shards"])

  # A service account's id has at most 30 characters: a long prefix is cut, and told from others by a hash.
  account_ids = {
    for key in ["predict", "score", "score-batch", "push", "build"] : key => (
      length("${var.prefix}-${key}") <= 30
      ? "${var.prefix}-${key}"
      : "${trimsuffix(substr(var.prefix, 0, 22 - length(key)), "-")}-${substr(sha256(var.prefix), 0, 6)}-${key}"
    )
  }

  # A bucket's name has at most 63 characters and is unique in the world: the project's id sees to that.
  bucket_stem = replace("${var.project_id}-${var.prefix}", "/[^a-z0-9-]/", "-")
  bucket_base = (
    length(local.bucket_stem) <= 55
    ? local.bucket_stem
    : "${trimsuffix(substr(local.bucket_stem, 0, 48), "-")}-${substr(sha256(local.bucket_stem), 0, 6)}"
  )

  names = {
    predict     = "${var.prefix}-predict"
    score       = "${var.prefix}-score"
    score_batch = "${var.prefix}-score-batch"
    repository  = var.prefix
    accounts    = local.account_ids
    topics      = { for key in local.topics : key => "${var.prefix}-${key}" }
    buckets = {
      for key in ["model", "source", "input", "output"] :
      key => coalesce(var.bucket_names[key], "${local.bucket_base}-${key}")
    }
  }
}
