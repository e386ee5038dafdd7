action "flink_savepoint_trigger" "now" {
  config {
    job = flink_job.orders.id
  }
}
