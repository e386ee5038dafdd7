import {
  to = flink_savepoint.golden
  identity = {
    path = "s3://flink/savepoints/savepoint-a1b2c3-0123456789ab"
  }
}
