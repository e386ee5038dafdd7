# By its namespace and name.
terraform import flink_cluster.orders flink/orders
