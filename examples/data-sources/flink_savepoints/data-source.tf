data "flink_savepoints" "orders" {
  directory = "s3://flink/savepoints"
}

# What the newest one holds, operator by operator.
output "state" {
  value = {
    for operator in data.flink_savepoints.orders.savepoints[0].operators : operator.id => operator.bytes
  }
}
