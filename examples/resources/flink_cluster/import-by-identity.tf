import {
  to = flink_cluster.orders
  identity = {
    namespace = "flink"
    name      = "orders"
  }
}
