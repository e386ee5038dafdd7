import {
  to = flink_job.orders
  identity = {
    rest_url = "https://flink.example.com:443"
    name     = "orders"
  }
}
