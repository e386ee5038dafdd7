# A job on a session cluster, from its first start to its last savepoint.
# `make demo` walks through it on a real Flink; by hand:
#
#   terraform apply -var rest_url=http://localhost:8081 -var jar=job.jar -var output=/tmp/count
#
# Then replace job.jar by another build and plan again.

terraform {
  required_providers {
    flink = {
      source = "terraform-provider-flink/flink"
    }
  }
}

variable "rest_url" {
  description = "The JobManager's REST endpoint."
  type        = string
}

variable "jar" {
  description = "The program. Its content decides: a new build under the same path is an upgrade."
  type        = string
}

variable "output" {
  description = "Folder that the program writes to and that savepoints go to; JobManager and TaskManagers must reach it."
  type        = string
}

variable "take_savepoint" {
  description = "Whether a savepoint is taken beside those that upgrades take."
  type        = bool
  default     = false
}

provider "flink" {
  rest = {
    url = var.rest_url
  }
}

resource "flink_job" "count" {
  name        = "count"
  parallelism = 2

  jar = {
    path = var.jar
  }

  args = [
    "--name", "count",
    "--out", "${var.output}/lines.csv",
    "--committed", "${var.output}/transactions",
  ]

  flink_configuration = {
    "execution.checkpointing.interval" = "1s"
  }

  upgrade = {
    savepoint_dir = "file://${var.output}/savepoints"
  }
}

resource "flink_savepoint" "kept" {
  count = var.take_savepoint ? 1 : 0

  job              = flink_job.count.id
  target_directory = "file://${var.output}/kept"
}

output "job_id" {
  description = "What Flink calls the job now."
  value       = flink_job.count.job_id
}

output "restored_from" {
  description = "What the job went on from."
  value       = flink_job.count.restored_from
}
