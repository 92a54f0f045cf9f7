variable "ack_deadline_seconds" {
  description = "Seconds that Pub/Sub waits for an answer: 10 to 600."
  type        = number
}

variable "audience" {
  description = "Audience of the token: the function's own URL, without a path."
  type        = string
}

variable "dead_letter_topic" {
  description = "Full name of the topic that takes what could not be delivered."
  type        = string
}

variable "enable_message_ordering" {
  description = "Whether messages of one ordering key come one after the other."
  type        = bool
}

variable "endpoint" {
  description = "URL that messages are pushed to."
  type        = string
}

variable "labels" {
  description = "Labels of the subscription."
  type        = map(string)
}

variable "max_delivery_attempts" {
  description = "Attempts before a message is moved to the dead-letter topic: 5 to 100."
  type        = number
}

variable "maximum_backoff_seconds" {
  description = "The longest wait between two attempts, in seconds."
  type        = number
}

variable "message_retention_seconds" {
  description = "Seconds that messages wait which nobody has acknowledged."
  type        = number
}

variable "minimum_backoff_seconds" {
  description = "The least wait between two attempts, in seconds."
  type        = number
}

variable "name" {
  description = "Name of the subscription."
  type        = string
}

variable "project_id" {
  description = "Project of the subscription and of the service account."
  type        = string
}

variable "pubsub_agent" {
  description = "Pub/Sub's own account in the project, as a member: serviceAccount:service-NUMBER@gcp-sa-pubsub.iam.gserviceaccount.com."
  type        = string
}

variable "service_account_email" {
  description = "Account that the pushes are made as; it may invoke the function."
  type        = string
}

variable "topic" {
  description = "Full name of the topic whose messages are pushed."
  type        = string
}
