import {
  to = flink_job.orders
  identity = {
    cluster = "flink/orders" # or rest_url = "https://flink.example.com:443"
    name    = "orders"
  }
}
