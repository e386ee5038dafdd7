list "flink_savepoint" "of_orders" {
  provider = flink

  config {
    job = "https://flink.example.com:443#orders"
  }
}
