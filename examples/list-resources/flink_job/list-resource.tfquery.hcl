list "flink_job" "all" {
  provider = flink

  config {
    name = "orders"
  }
}
