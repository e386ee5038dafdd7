resource "flink_savepoint" "before_migration" {
  job              = flink_job.orders.id
  target_directory = "s3://flink/savepoints"

  # Another value takes another savepoint.
  triggers = {
    migration = "2024-06"
  }
}

# A savepoint that exists, recorded without taking one.
resource "flink_savepoint" "golden" {
  path = "s3://flink/savepoints/savepoint-a1b2c3-0123456789ab"
}

resource "flink_job" "orders" {
  name = "orders"
  jar = {
    path = "${path.module}/build/orders.jar"
  }
}
