locals {
  s3 = {
    AWS_ACCESS_KEY_ID     = { secret = "s3", key = "id" }
    AWS_SECRET_ACCESS_KEY = { secret = "s3", key = "key" }
  }
}

resource "flink_cluster" "orders" {
  namespace     = "flink"
  name          = "orders"
  flink_version = "1.20"
  image         = "flink:1.20.1-java17"

  # Jobs find their state again after every change of the cluster; with high availability also
  # after the loss of the JobManager.
  high_availability = {
    type        = "kubernetes"
    storage_dir = "s3://flink/orders/ha"
  }
  service_account = {
    create = true
  }
  state = {
    backend             = "rocksdb"
    checkpoint_dir      = "s3://flink/orders/checkpoints"
    savepoint_dir       = "s3://flink/orders/savepoints"
    checkpoint_interval = "30s"
  }
  plugins = ["flink-s3-fs-presto-1.20.1.jar"]

  # Both processes read and write the state. The keys come from a Secret and never stand in
  # Terraform's state or in a ConfigMap.
  job_manager = {
    cpu         = 0.5
    memory      = "2g"
    env_secrets = local.s3
  }
  task_manager = {
    replicas            = 2
    task_slots          = 4
    cpu                 = 2
    memory              = "8g"
    memory_limit_factor = 1.25
    env_secrets         = local.s3
  }
}

resource "flink_job" "orders" {
  name    = "orders"
  cluster = flink_cluster.orders.ref

  jar = {
    path = "${path.module}/build/orders.jar"
  }
}

output "what_happens" {
  value = flink_cluster.orders.planned_action
}
