action "flink_job_restart" "orders" {
  config {
    job = flink_job.orders.id
  }
}
