resource "flink_job" "orders" {
  name = "orders"

  jar = {
    path        = "${path.module}/build/orders.jar"
    entry_class = "com.example.OrdersJob"
  }

  args        = ["--topic", "orders"]
  parallelism = 4

  flink_configuration = {
    "execution.checkpointing.interval" = "60s"
  }

  # A new jar, new arguments or options: the job is checked first, then stopped with a savepoint
  # and started from it. Should the new version not come up, the old one runs again.
  upgrade = {
    savepoint_dir = "s3://flink/savepoints"
    rollback      = "auto"
  }

  # A plan that would give up state is refused. The first start says that it begins empty.
  prevent_state_loss = true
  restore = {
    from = "none"
  }

  timeouts = {
    update = "45m"
  }
}

output "what_happens" {
  value = flink_job.orders.planned_action
}
