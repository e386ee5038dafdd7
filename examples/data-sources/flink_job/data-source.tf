data "flink_job" "orders" {
  name = "orders"
}

# Volatile health belongs into a check: it warns and makes no difference.
check "orders_is_healthy" {
  assert {
    condition     = data.flink_job.orders.status == "RUNNING"
    error_message = "orders is ${data.flink_job.orders.status}: ${coalesce(data.flink_job.orders.root_cause, "no failure is known")}"
  }

  assert {
    condition = try(
      timecmp(data.flink_job.orders.latest_checkpoint.completed_at, timeadd(plantimestamp(), "-10m")) > 0,
      false,
    )
    error_message = "orders has had no checkpoint in the last 10 minutes."
  }
}
