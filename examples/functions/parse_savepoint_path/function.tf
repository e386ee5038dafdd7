# "s3://flink/savepoints"
output "directory" {
  value = provider::flink::parse_savepoint_path("s3://flink/savepoints/savepoint-a1b2c3-0123456789ab").directory
}
