data "flink_manifests" "orders" {
  namespace     = "flink"
  name          = "orders"
  flink_version = "1.20"
  image         = "flink:1.20.1-java17"

  task_manager = {
    replicas   = 2
    task_slots = 4
  }
}

output "manifests" {
  value = data.flink_manifests.orders.yaml
}

# An application cluster: the image has the program, and the cluster runs nothing else.
data "flink_manifests" "payments" {
  namespace     = "flink"
  name          = "payments"
  flink_version = "1.20"
  image         = "registry.example/payments:1.4.0"

  application = {
    jar         = "local:///opt/flink/usrlib/payments.jar"
    args        = ["--topic", "payments"]
    parallelism = 2
    job_id      = substr(sha256("payments 1"), 0, 32)
  }

  high_availability = {
    type        = "kubernetes"
    storage_dir = "s3://flink/ha"
  }
  plugins         = ["flink-s3-fs-presto-1.20.1.jar"]
  service_account = { create = true }

  task_manager = {
    replicas   = 2
    task_slots = 1
  }
}
