# A session cluster whose TaskManagers come and go with its jobs, as kubernetes-session.sh makes it,
# and a job on it, from one apply.
#
#   terraform apply -var namespace=flink -var image=flink:1.20.1-java17 \
#     -var jar=job.jar -var folder=/mnt/flink
#
# bin/flink attaches to it with --target kubernetes-session -Dkubernetes.cluster-id=count.

terraform {
  required_providers {
    flink = {
      source = "terraform-provider-flink/flink"
    }
  }
}

variable "namespace" {
  description = "Namespace of the cluster, which exists."
  type        = string
}

variable "image" {
  description = "Image with Flink."
  type        = string
}

variable "flink_version" {
  description = "Version of Flink in the image."
  type        = string
  default     = "1.20"
}

variable "jar" {
  description = "The program. Its content decides: a new build under the same path is an upgrade."
  type        = string
}

variable "folder" {
  description = "Folder that all nodes share, for checkpoints, savepoints and what the program writes. Elsewhere than on one machine, use s3://, gs:// or another store."
  type        = string
}

variable "options" {
  description = "Flink's options. Another one restarts the cluster and carries the job over."
  type        = map(string)
  default     = {}
}

# Kubernetes as kubectl reaches it: KUBECONFIG, or ~/.kube/config.
provider "flink" {}

resource "flink_cluster" "count" {
  namespace           = var.namespace
  name                = "count"
  strategy            = "native"
  flink_version       = var.flink_version
  image               = var.image
  flink_configuration = var.options

  state = {
    checkpoint_dir      = "file://${var.folder}/checkpoints"
    savepoint_dir       = "file://${var.folder}/savepoints"
    checkpoint_interval = "1s"
  }

  # The JobManager asks Kubernetes for TaskManagers; this account has the rights for it.
  service_account = {
    create = true
  }

  # Little is asked for, and as much is taken as is free: Flink starts with all it can get.
  job_manager = {
    cpu              = 0.1
    cpu_limit_factor = 20
  }
  task_manager = {
    task_slots       = 2
    cpu              = 0.1
    cpu_limit_factor = 20
  }

  volumes = {
    shared = {
      host_path = { path = var.folder }
      mounts    = [{ path = var.folder }]
    }
  }
}

resource "flink_job" "count" {
  name        = "count"
  cluster     = flink_cluster.count.ref
  parallelism = 2

  jar = {
    path = var.jar
  }

  args = [
    "--name", "count",
    "--out", "${var.folder}/lines.csv",
    "--committed", "${var.folder}/transactions",
  ]
}

output "cluster" {
  description = "What the last apply did to the cluster."
  value       = flink_cluster.count.planned_action
}

output "restored_from" {
  description = "What the job went on from."
  value       = flink_job.count.restored_from
}
