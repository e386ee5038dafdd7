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
