# 600
output "interval" {
  value = provider::flink::duration_seconds("10 min")
}
