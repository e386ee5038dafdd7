# A job with a cluster of its own that has nothing but its image: its jar comes from an object store
# that speaks S3, and its checkpoints, its savepoints and what high availability keeps go there.
#
#   kubectl -n flink create secret generic s3 --from-literal=id=… --from-literal=key=…
#   terraform apply -var namespace=flink -var image=flink:2.3.0-java17 -var flink_version=2.3.0 \
#     -var bucket=s3://flink -var jar=s3://flink/orders-1.jar
#
# Give every build a name of its own: the plan shows what is written here, not what lies there.

terraform {
  required_providers {
    flink = {
      source = "terraform-provider-flink/flink"
    }
  }
}

variable "namespace" {
  description = "Namespace of the job's cluster, which exists and has the Secret s3."
  type        = string
}

variable "image" {
  description = "Image with Flink, which has the plugin for S3 in /opt/flink/opt, as the official one does."
  type        = string
}

variable "flink_version" {
  description = "Version of Flink in the image, with its bug-fix number: the plugin is named by it. 1.19 is the first that fetches a jar."
  type        = string
}

variable "strategy" {
  description = "Who makes the pods: Kubernetes (standalone), or Flink itself (native)."
  type        = string
  default     = "standalone"
}

variable "bucket" {
  description = "Where the state goes, such as s3://flink."
  type        = string
}

variable "jar" {
  description = "The program, such as s3://flink/orders-1.jar. Another one is an upgrade."
  type        = string
}

variable "args" {
  description = "Arguments of the program. Others are an upgrade."
  type        = list(string)
  default     = []
}

variable "endpoint" {
  description = "A store other than Amazon's, such as http://minio.minio:9000."
  type        = string
  default     = null
}

variable "options" {
  description = "More of Flink's options."
  type        = map(string)
  default     = {}
}

variable "volumes" {
  description = "Folders of the node that the program uses, by name."
  type        = map(string)
  default     = {}
}

locals {
  # The keys stay in the Secret: neither Terraform's state nor a ConfigMap has them.
  s3 = {
    AWS_ACCESS_KEY_ID     = { secret = "s3", key = "id" }
    AWS_SECRET_ACCESS_KEY = { secret = "s3", key = "key" }
  }
  # Other stores than Amazon's know a bucket by the path, not by the host's name.
  store = var.endpoint == null ? {} : {
    "s3.endpoint"          = var.endpoint
    "s3.path.style.access" = "true"
  }
}

# Kubernetes as kubectl reaches it: KUBECONFIG, or ~/.kube/config.
provider "flink" {}

resource "flink_job" "orders" {
  name        = "orders"
  parallelism = 2
  jar         = { uri = var.jar }
  args        = var.args

  application = {
    namespace           = var.namespace
    strategy            = var.strategy
    flink_version       = var.flink_version
    image               = var.image
    plugins             = ["flink-s3-fs-presto-${var.flink_version}.jar"]
    flink_configuration = merge(local.store, var.options)

    state = {
      checkpoint_dir      = "${var.bucket}/checkpoints"
      savepoint_dir       = "${var.bucket}/savepoints"
      checkpoint_interval = "2s"
    }

    # A JobManager that dies is followed by one that takes the job up at its newest checkpoint.
    high_availability = {
      type        = "kubernetes"
      storage_dir = "${var.bucket}/ha"
    }

    # The JobManager keeps in ConfigMaps who leads, and with the strategy native asks for TaskManagers.
    service_account = {
      create = true
    }

    # Both processes read and write the state. Little is asked for, and as much is taken as is free.
    job_manager = {
      cpu              = 0.1
      cpu_limit_factor = 20
      env_secrets      = local.s3
    }
    task_manager = {
      task_slots       = 2
      cpu              = 0.1
      cpu_limit_factor = 20
      env_secrets      = local.s3
    }

    volumes = {
      for name, folder in var.volumes : name => {
        host_path = { path = folder }
        mounts    = [{ path = folder }]
      }
    }
  }
}

output "what_happened" {
  description = "What the last apply did to the job and its data."
  value       = flink_job.orders.planned_action
}

output "restored_from" {
  description = "What the job went on from."
  value       = flink_job.orders.restored_from
}
