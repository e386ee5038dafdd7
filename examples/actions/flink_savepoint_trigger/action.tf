action "flink_savepoint_trigger" "now" {
  config {
    job = flink_job.orders.id
  }
}

# A job that no flink_job describes, on a cluster of Kubernetes.
action "flink_savepoint_trigger" "foreign" {
  config {
    cluster = flink_cluster.orders.ref
    job     = "5f2d8a1c0b7e4f6d9a3c1e8b7d6f5a40"
  }
}
