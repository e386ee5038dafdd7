terraform import flink_savepoint.golden s3://flink/savepoints/savepoint-a1b2c3-0123456789ab
