action "flink_job_cancel" "orders" {
  config {
    job = flink_job.orders.id
  }
}
